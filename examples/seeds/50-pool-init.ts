// 50. Python's `Pool(initializer=start_process)` has each worker begin with that, and starts workers without end if it fails.
// Here it is tried three times.

import { currentActor, isMain, pool, tasks } from '../../index.ts';

const { announce, double } = tasks(import.meta, {
  announce(): void { console.log(`Starting ${currentActor()?.name}`); },
  double: (n: number): number => n * 2,
});

export async function main(): Promise<void> {
  const input = [...Array(10).keys()];
  console.log('Input   :', input.join(' '));
  console.log('Built-in:', input.map(double).join(' '));

  await using workers = await pool({ size: 2, init: announce });
  console.log('Pool    :', (await workers.map(double, input)).join(' '));
}

if (isMain(import.meta)) await main();
