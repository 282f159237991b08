import type { ActorRef, ApiOf } from '../../core/actor-ref.ts';
import { Entries, type EntriesOf } from './entries.ts';
import { actor } from '../../core/actor.ts';
import { entriesHandlers } from './entries-handlers.ts';
import { ownMeta } from '../../core/own-meta.ts';

/** Keeps the properties of an object. */
export const NamespaceActor = actor(ownMeta(import.meta), {
  name: 'troupe.namespace',
  title: 'namespace',
  init: ({ initial }: { initial: EntriesOf<unknown> }, ctx): Entries => new Entries(initial, ctx.incarnation),
  handlers: entriesHandlers,
});

/** An actor that keeps the properties of an object. */
export type NamespaceRef = ActorRef<ApiOf<typeof entriesHandlers>>;
