// 25. Python's two children share a `Queue` that both were given at their start.

import { isMain, queue, start, tasks, type Queue } from '../../index.ts';

const { produce, consume } = tasks(import.meta, {
  async produce(to: Queue<string>): Promise<void> { await to.put('Data from producer'); },
  async consume(from: Queue<string>): Promise<void> { console.log(`Consumer got: ${await from.get()}`); },
});

export async function main(): Promise<void> {
  await using data = await queue<string>();
  await Promise.all([start(produce, { args: [data] }), start(consume, { args: [data] })]);
}

if (isMain(import.meta)) await main();
