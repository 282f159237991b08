// 3. Python's `Pipe()` has two ends, each of which sends and receives whatever can be pickled.
// Here both directions have a type.

import { isMain, pipe, start, tasks, type PipeEnd } from '../../index.ts';

const { greet } = tasks(import.meta, {
  async greet(parent: PipeEnd<string[], string>): Promise<void> {
    await parent.send(['hello', 'world']);
    console.log(`Child process received: ${await parent.receive()}`);
  },
});

export async function main(): Promise<void> {
  const [child, parent] = await pipe<string, string[]>();
  const greeting = start(greet, { args: [parent] });
  console.log('Main process received:', await child.receive());
  await child.send('Acknowledgement received');
  await greeting;
}

if (isMain(import.meta)) await main();
