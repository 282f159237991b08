// 10. Python's ten processes print under a `Lock`, which stays taken for ever if its owner dies.
// Here it is freed, and the next one is told.

import { isMain, mutex, pool, tasks, type Mutex } from '../../index.ts';

const { greet } = tasks(import.meta, {
  async greet(lock: Mutex): Promise<void> {
    await lock.use(() => console.log('Hello world'));
  },
});

export async function main(): Promise<void> {
  await using lock = await mutex();
  await using workers = await pool();
  await workers.map(greet, Array<Mutex>(10).fill(lock), { chunk: 1 });
}

if (isMain(import.meta)) await main();
