// 11. Python's program prints the total before its processes are done, as nobody joins them, and mostly it is wrong.
// Here they are awaited.

import { isMain, sharedNumber, start, tasks, type SharedNumber } from '../../index.ts';

const { add } = tasks(import.meta, {
  add(total: SharedNumber<'int32'>, n: number): void { total.add(n); },
});

export async function main(): Promise<void> {
  const total = sharedNumber('int32', 0);
  await Promise.all([1, 2, 3].map((n) => start(add, { args: [total, n] })));
  console.log(total.value);
}

if (isMain(import.meta)) await main();
