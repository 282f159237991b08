/*
 * What the compiler infers of shared state, pinned: this file is part of `tsc --noEmit`, and nothing here runs.
 */
import { state } from '../../index.ts';
import type { ActorRef, DeepReadonly, StateDict } from '../../index.ts';

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- T is what makes the comparison exact
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
type Expect<_Holds extends true> = true;
type Not<A extends boolean> = A extends true ? false : true;
type Assignable<A, B> = [A] extends [B] ? true : false;

async function sharedState() {
  const stock = await state.dict({ initial: new Map([['a', { id: 'a', tags: ['x'] }]]) });
  const settings = await state.namespace({ initial: { level: 'info', size: 4 } });
  return {
    stock,
    counter: await (await state.counter()).increment(),
    value: await (await state.value({ initial: { when: new Date(0), by: [''] } })).get(),
    item: await stock.get('a'),
    all: await stock.snapshot(),
    watched: (await stock.watch('a').next()).value,
    updated: await stock.update('a', (item) => ({ id: 'b', tags: [], ...item })),
    length: await (await state.dict<string[]>()).push('a', 'x'),
    list: await (await state.list({ initial: [1] })).slice(),
    size: await settings.get('size'),
    settings: await settings.snapshot(),
  };
}
type Stocked = DeepReadonly<{ id: string; tags: string[] }>;
export type SharedState = [
  Expect<Equal<Awaited<ReturnType<typeof sharedState>>, {
    stock: StateDict<{ id: string; tags: string[] }>; counter: number; value: { readonly when: Date; readonly by: readonly string[] };
    item: Stocked | undefined; all: Readonly<Record<string, Stocked>>; watched: Stocked | void | undefined; updated: Stocked; length: number;
    list: readonly number[]; size: number; settings: { readonly level: string; readonly size: number };
  }>>,
  Expect<Equal<DeepReadonly<Map<string, Set<{ a: number[] }>>>, ReadonlyMap<string, ReadonlySet<{ readonly a: readonly number[] }>>>>,
  Expect<Equal<DeepReadonly<[ref: ActorRef<object>, list?: number[]]>, readonly [ref: ActorRef<object>, list?: readonly number[]]>>,
  Expect<Not<Assignable<StateDict<string>, StateDict<number>>>>,
];
