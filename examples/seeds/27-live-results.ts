// 27. Python polls: `while p.is_alive() or not q.empty()`, with a sleep of a second in between.
// A `Queue` doesn't tell when its last item has come; the results of a job do.

import { isMain, start, tasks } from '../../index.ts';
import { seconds } from './seconds.ts';
import { setTimeout as sleep } from 'node:timers/promises';

const { work } = tasks(import.meta, {
  async *work(pause: number): AsyncGenerator<string> {
    for (let i = 0; i < 5; i++) {
      await sleep(pause);
      yield `Data ${i} from worker`;
    }
  },
});

export async function main(): Promise<void> {
  const working = start(work, { args: [seconds(1)] });
  for await (const data of working.results) console.log(`Main process got: ${data}`);
}

if (isMain(import.meta)) await main();
