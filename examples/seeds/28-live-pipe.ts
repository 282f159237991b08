// 28. Python asks `poll()` again and again while the process is alive.
// Here the loop ends when the worker does, which closes its end of the pipe.

import { isMain, pipe, start, tasks, type PipeEnd } from '../../index.ts';
import { seconds } from './seconds.ts';
import { setTimeout as sleep } from 'node:timers/promises';

const { work } = tasks(import.meta, {
  async work(parent: PipeEnd<string, never>, pause: number): Promise<void> {
    for (let i = 0; i < 5; i++) {
      await sleep(pause);
      await parent.send(`Data ${i} from worker`);
    }
  },
});

export async function main(): Promise<void> {
  const [child, parent] = await pipe<never, string>();
  const working = start(work, { args: [parent, seconds(1)] });
  for await (const data of child) console.log(`Main process got: ${data}`);
  await working;
}

if (isMain(import.meta)) await main();
