// 30. Python pickles `args=(i,)`, and finds out when it runs whether they fit the function.
// Here the compiler does.

import { isMain, pool, tasks } from '../../index.ts';

const { worker } = tasks(import.meta, {
  worker(n: number): void { console.log(`Worker: ${n}`); },
});

export async function main(): Promise<void> {
  await using workers = await pool();
  await workers.map(worker, Array(5).keys());
}

if (isMain(import.meta)) await main();
