// 22. Python's child sends through its end of a `Pipe()` and closes it.
// The parent has to close its own copy of that end, or never learns that nothing more comes; here ends have no copies.

import { isMain, pipe, start, tasks, type PipeEnd } from '../../index.ts';

const { worker } = tasks(import.meta, {
  async worker(parent: PipeEnd<string, never>): Promise<void> { await parent.send('Message from worker'); },
});

export async function main(): Promise<void> {
  const [child, parent] = await pipe<never, string>();
  const working = start(worker, { args: [parent] });
  console.log(await child.receive());
  await working;
}

if (isMain(import.meta)) await main();
