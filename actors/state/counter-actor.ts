import { Single } from './single.ts';
import { actor } from '../../core/actor.ts';
import { contentHandlers } from './content-handlers.ts';
import { ownMeta } from '../../core/own-meta.ts';

/** Keeps a number. */
export const CounterActor = actor(ownMeta(import.meta), {
  name: 'troupe.counter',
  title: 'counter',
  init: ({ initial }: { initial: number }, ctx): Single => new Single(initial, ctx.incarnation),
  handlers: contentHandlers,
});
