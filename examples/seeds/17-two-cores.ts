// 17. Python's two threads count no faster than one, since one lock, the GIL, lets a single thread run at a time.

import { isMain, pool, tasks } from '../../index.ts';

const COUNT = 50_000_000;

const { countDown } = tasks(import.meta, {
  countDown(n: number): void {
    while (n > 0) n--;
  },
});

export async function main(): Promise<void> {
  await using workers = await pool({ size: 2 });
  await workers.map(countDown, [COUNT / 100, COUNT / 100]); // both are warm then

  console.log(`one thread:  ${await timed(() => workers.map(countDown, [COUNT]))} s`);
  console.log(`two threads: ${await timed(() => workers.map(countDown, [COUNT / 2, COUNT / 2]))} s`);
}

async function timed(work: () => Promise<unknown>): Promise<string> {
  const since = performance.now();
  await work();
  return ((performance.now() - since) / 1_000).toFixed(3);
}

if (isMain(import.meta)) await main();
