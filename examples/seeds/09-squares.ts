// 9. Python's `Pool(5).map(square, numbers)` is the built-in `map`, in parallel and in order.
// Here a pool has a worker per core by default.

import { isMain, pool, tasks } from '../../index.ts';

const { square } = tasks(import.meta, {
  square: (n: number): number => n * n,
});

export async function main(): Promise<void> {
  await using workers = await pool();
  console.log(await workers.map(square, [1, 2, 3, 4, 5]));
}

if (isMain(import.meta)) await main();
