// 4. Python's `Pool(4)` has `apply`, `apply_async`, `map` and `imap`, which reads all of its input at once.
// Here `imap` pulls it as results are taken.

import { isMain, pool, tasks } from '../../index.ts';

const { square } = tasks(import.meta, {
  square: (n: number): number => n * n,
});

export async function main(): Promise<void> {
  await using workers = await pool({ size: 4 });
  console.log(await workers.run(square, 10));

  const job = workers.run(square, 20);
  console.log(await job);

  console.log(await workers.map(square, Array(10).keys()));
  for await (const n of workers.imap(square, Array(5).keys())) console.log(`Real-time result: ${n}`);
}

if (isMain(import.meta)) await main();
