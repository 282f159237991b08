// 21. Python's `Queue` can be given to a process when that is started, and at no other time.
// Here it is a value of any message.

import { isMain, queue, start, tasks, type Queue } from '../../index.ts';

const { worker } = tasks(import.meta, {
  async worker(to: Queue<string>): Promise<void> { await to.put('Data from worker'); },
});

export async function main(): Promise<void> {
  await using data = await queue<string>();
  const working = start(worker, { args: [data] });
  console.log(await data.get());
  await working;
}

if (isMain(import.meta)) await main();
