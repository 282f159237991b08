import type { ActorContext } from '../../core/context.ts';
import type { ActorDefinition } from '../../core/actor.ts';
import type { ActorRef, ApiOf } from '../../core/actor-ref.ts';
import { Entries, type EntriesOf } from './entries.ts';
import { actor } from '../../core/actor.ts';
import { entriesHandlers } from './entries-handlers.ts';
import { ownMeta } from '../../core/own-meta.ts';

type Ctx = ActorContext<Entries>;

/** Keeps values by their keys. */
export const DictActor = actor(ownMeta(import.meta), {
  name: 'troupe.dict',
  title: 'dict',
  init: ({ initial }: { initial: EntriesOf<unknown> }, ctx): Entries => new Entries(initial, ctx.incarnation),
  handlers: {
    ...entriesHandlers,
    has: ({ state }: Ctx, key: string): boolean => state.has(key),
    delete: ({ state }: Ctx, key: string): boolean => state.delete(key),
    take({ state }: Ctx, key: string): unknown {
      const value = state.get(key);
      state.delete(key);
      return value;
    },
    getOrSet({ state }: Ctx, key: string, value: unknown): unknown {
      if (!state.has(key)) state.set(key, value);
      return state.get(key);
    },
    /** What isn't there counts as an empty list. Answers with the new length. */
    push(ctx: Ctx, key: string, items: readonly unknown[]): number {
      const list = ctx.state.get(key) ?? [];
      if (!Array.isArray(list)) throw ctx.refuse('not_a_list', `"${key}" is no list`);
      ctx.state.set(key, [...list, ...items]);
      return list.length + items.length;
    },
    clear({ state }: Ctx): void {
      state.clear();
    },
    size: ({ state }: Ctx): number => state.size,
    keys: ({ state }: Ctx): string[] => state.keys,
    entries: ({ state }: Ctx): [string, unknown][] => state.entries,
  },
});

/** An actor that keeps values by their keys. */
export type DictRef = typeof DictActor extends ActorDefinition<infer _I, infer H, infer _W> ? ActorRef<ApiOf<H>> : never;
