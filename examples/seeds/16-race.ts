// 16. Python's two processes read, add and write at the same time, so that one addition may be lost; an actor does one thing at a time.

import { isMain, start, state, tasks, type StateCounter } from '../../index.ts';

const { add } = tasks(import.meta, {
  async add(total: StateCounter, n: number): Promise<void> { await total.increment(n); },
});

export async function main(): Promise<void> {
  await using total = await state.counter();
  await Promise.all([1, 2].map((n) => start(add, { args: [total, n] })));
  console.log(await total.get());
}

if (isMain(import.meta)) await main();
