// 23. Python's `Value('i', 0)` lives in memory that processes share.
// Here threads do.

import { isMain, sharedNumber, start, tasks, type SharedNumber } from '../../index.ts';

const { worker } = tasks(import.meta, {
  worker(shared: SharedNumber<'int32'>): void { shared.value = 100; },
});

export async function main(): Promise<void> {
  const shared = sharedNumber('int32', 0);
  await start(worker, { args: [shared] });
  console.log(shared.value);
}

if (isMain(import.meta)) await main();
