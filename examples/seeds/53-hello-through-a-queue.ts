// 53. Python's `put` returns before the item is pickled, and one that can't be is printed and lost.
// Here `put` resolves when the queue has it, or rejects.

import { isMain, queue, start, tasks, type Queue } from '../../index.ts';

const { worker } = tasks(import.meta, {
  async worker(to: Queue<string>): Promise<void> { await to.put('Hello, world!'); },
});

export async function main(): Promise<void> {
  await using greetings = await queue<string>();
  await start(worker, { args: [greetings] });
  console.log(await greetings.get());
}

if (isMain(import.meta)) await main();
