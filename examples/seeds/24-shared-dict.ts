// 24. Python prints a dict of a `Manager` as what is in it, but `repr` shows a proxy, and `==` compares proxies; a snapshot is plain data.

import { isMain, start, state, tasks, type StateDict } from '../../index.ts';

const { worker } = tasks(import.meta, {
  async worker(shared: StateDict<number>): Promise<void> { await shared.set('data', 42); },
});

export async function main(): Promise<void> {
  await using shared = await state.dict<number>();
  await start(worker, { args: [shared] });
  console.log(await shared.snapshot());
}

if (isMain(import.meta)) await main();
