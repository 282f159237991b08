// 51. Python's `maxtasksperchild=2` ends a worker after two tasks, and starts another one at once, even if nothing is left to do.
// Here only if there is.

import { currentActor, isMain, pool, tasks } from '../../index.ts';

const { announce, double } = tasks(import.meta, {
  announce(): void { console.log(`Starting ${currentActor()?.name}`); },
  double: (n: number): number => n * 2,
});

export async function main(): Promise<void> {
  const input = [...Array(10).keys()];
  console.log('Input   :', input.join(' '));
  console.log('Built-in:', input.map(double).join(' '));

  await using workers = await pool({ size: 2, init: announce, maxTasks: 2 });
  console.log('Pool    :', (await workers.map(double, input, { chunk: 1 })).join(' '));
}

if (isMain(import.meta)) await main();
