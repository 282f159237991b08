import type { ActorRef, ApiOf } from '../../core/actor-ref.ts';
import type { ActorContext } from '../../core/context.ts';
import type { ActorDefinition } from '../../core/actor.ts';
import { Single } from './single.ts';
import { actor } from '../../core/actor.ts';
import { contentHandlers } from './content-handlers.ts';
import { ownMeta } from '../../core/own-meta.ts';

/** Keeps one value. */
export const ValueActor = actor(ownMeta(import.meta), {
  name: 'troupe.value',
  title: 'value',
  init: ({ initial }: { initial: unknown }, ctx): Single => new Single(initial, ctx.incarnation),
  handlers: {
    ...contentHandlers,
    exchange({ state }: ActorContext<Single>, next: unknown): unknown {
      const before = state.get();
      state.set(undefined, next);
      return before;
    },
  },
});

/** An actor that keeps a value. */
export type ValueRef = typeof ValueActor extends ActorDefinition<infer _I, infer H, infer _W> ? ActorRef<ApiOf<H>> : never;
