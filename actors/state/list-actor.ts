import type { ActorContext } from '../../core/context.ts';
import type { ActorDefinition } from '../../core/actor.ts';
import type { ActorRef, ApiOf } from '../../core/actor-ref.ts';
import { Items } from './items.ts';
import { actor } from '../../core/actor.ts';
import { contentHandlers } from './content-handlers.ts';
import { ownMeta } from '../../core/own-meta.ts';

type Ctx = ActorContext<Items>;

/** Keeps values in a row. */
export const ListActor = actor(ownMeta(import.meta), {
  name: 'troupe.list',
  title: 'list',
  init: ({ initial }: { initial: readonly unknown[] }, ctx): Items => new Items(initial, ctx.incarnation),
  handlers: {
    ...contentHandlers,
    /** The new length. */
    push({ state }: Ctx, items: readonly unknown[]): number {
      state.insert(state.length, items);
      return state.length;
    },
    /** The new length. */
    unshift({ state }: Ctx, items: readonly unknown[]): number {
      state.insert(0, items);
      return state.length;
    },
    insert({ state }: Ctx, index: number, items: readonly unknown[]): void {
      state.insert(index, items);
    },
    removeAt: ({ state }: Ctx, index: number): unknown => state.removeAt(index),
    /** The first one that is the same; whether there was one. */
    remove({ state }: Ctx, item: unknown): boolean {
      const index = state.indexOf(item);
      if (index !== -1) state.removeAt(index);
      return index !== -1;
    },
    indexOf: ({ state }: Ctx, item: unknown): number => state.indexOf(item),
    slice: ({ state }: Ctx, start: number, end: number | undefined): readonly unknown[] => state.slice(start, end),
    clear({ state }: Ctx): void {
      state.clear();
    },
    length: ({ state }: Ctx): number => state.length,
  },
});

/** An actor that keeps values in a row. */
export type ListRef = typeof ListActor extends ActorDefinition<infer _I, infer H, infer _W> ? ActorRef<ApiOf<H>> : never;
