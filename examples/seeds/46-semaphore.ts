// 46. Python's `Semaphore(2)` lets two of five workers in at a time; who waits longest isn't promised to be next, here it is.

import { isMain, semaphore, start, tasks, type Semaphore } from '../../index.ts';
import { seconds } from './seconds.ts';
import { setTimeout as sleep } from 'node:timers/promises';

const { worker } = tasks(import.meta, {
  async worker(places: Semaphore, i: number, pause: number): Promise<void> {
    await places.use(async () => {
      console.log(`${i} is in`);
      await sleep(pause);
      console.log(`${i} is out`);
    });
  },
});

export async function main(): Promise<void> {
  await using places = await semaphore(2);
  await Promise.all([0, 1, 2, 3, 4].map((i) => start(worker, { args: [places, i, seconds(2 * i)] })));
}

if (isMain(import.meta)) await main();
