// 26. Python's two children append to the list of a `Manager`, a process of its own that serves each call.

import { isMain, start, state, tasks, type StateList } from '../../index.ts';

const { worker } = tasks(import.meta, {
  async worker(shared: StateList<string>, id: number): Promise<void> { await shared.push(`Data from worker ${id}`); },
});

export async function main(): Promise<void> {
  await using shared = await state.list<string>();
  await Promise.all([1, 2].map((id) => start(worker, { args: [shared, id] })));
  for await (const data of shared) console.log(data);
}

if (isMain(import.meta)) await main();
