// 47. Python starts ten processes that write a key each into a dict of a `Manager`, and joins them all.
// A pool needs no more of them than there are cores.

import { isMain, pool, state, tasks, type StateDict } from '../../index.ts';

const { write } = tasks(import.meta, {
  async write(doubles: StateDict<number>, n: number): Promise<void> { await doubles.set(`${n}`, n * 2); },
});

export async function main(): Promise<void> {
  await using doubles = await state.dict<number>();
  await using workers = await pool();
  await workers.starmap(write, Array.from({ length: 10 }, (_, n): [StateDict<number>, number] => [doubles, n]));
  console.log(JSON.stringify(await doubles.snapshot()));
}

if (isMain(import.meta)) await main();
