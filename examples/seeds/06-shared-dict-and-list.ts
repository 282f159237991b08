// 6. Python's `Manager` has a dict and a list, but `shared['count'] += 1` reads and writes in two steps, and loses some.
// Here `increment` is one.

import { isMain, start, state, tasks, type StateDict, type StateList } from '../../index.ts';

const { visit } = tasks(import.meta, {
  async visit(visitor: number, counts: StateDict<number>, visitors: StateList<number>): Promise<void> {
    await counts.increment('count');
    await visitors.push(visitor);
  },
});

export async function main(): Promise<void> {
  await using counts = await state.dict<number>({ initial: { count: 0 } });
  await using visitors = await state.list<number>();
  await Promise.all([0, 1, 2].map((visitor) => start(visit, { args: [visitor, counts, visitors] })));
  console.log(await counts.snapshot());
  console.log((await visitors.snapshot()).toSorted((a, b) => a - b));
}

if (isMain(import.meta)) await main();
