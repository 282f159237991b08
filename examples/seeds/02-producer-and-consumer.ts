// 2. Python's consumer must know a sentinel, `None`, that the program puts into the `Queue` when the producer is done.
// Here the queue is closed.

import { isMain, queue, start, tasks, type Queue } from '../../index.ts';

const { produce, consume } = tasks(import.meta, {
  async produce(to: Queue<string>): Promise<void> {
    for (let i = 0; i < 5; i++) await to.put(`Message ${i}`);
  },
  async consume(from: Queue<string>): Promise<void> {
    for await (const message of from) console.log(`Consumed: ${message}`);
  },
});

export async function main(): Promise<void> {
  await using messages = await queue<string>();
  const consuming = start(consume, { args: [messages] });
  await start(produce, { args: [messages] });
  await messages.close();
  await consuming;
}

if (isMain(import.meta)) await main();
