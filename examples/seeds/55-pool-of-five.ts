// 55. Python lets tasks wait while all workers of a `Pool` are busy, for as long as that takes.
// Here each may have a limit, and be taken back.

import { isMain, pool, tasks } from '../../index.ts';

const { square } = tasks(import.meta, {
  square: (n: number): number => n * n,
});

export async function main(): Promise<void> {
  await using workers = await pool();
  console.log(await workers.with({ timeout: '1m' }).map(square, [1, 2, 3, 4, 5]));
}

if (isMain(import.meta)) await main();
