// 15. Python's two processes take two locks in opposite order, and sometimes wait for each other for ever.
// Here one is told, or nobody can.

import { acquireAll, barrier, isMain, mutex, pool, tasks, type Barrier, type Mutex } from '../../index.ts';

const { greetByTurns, greet } = tasks(import.meta, {
  async greetByTurns(one: Mutex, other: Mutex, bothHoldOne: Barrier): Promise<void> {
    await one.use(async () => {
      await bothHoldOne.wait();
      await other.use(() => console.log('Hello, world!'));
    });
  },
  async greet(one: Mutex, other: Mutex): Promise<void> {
    using _ = await acquireAll([one, other]);
    console.log('Hello, world!');
  },
});

export async function main(): Promise<void> {
  await using lock1 = await mutex({ name: 'lock1' });
  await using lock2 = await mutex({ name: 'lock2' });
  await using bothHoldOne = await barrier({ parties: 2 });

  await using workers = await pool({ size: 2 });
  const ends = await Promise.allSettled([
    workers.run(greetByTurns, lock1, lock2, bothHoldOne), workers.run(greetByTurns, lock2, lock1, bothHoldOne),
  ]);
  for (const end of ends) if (end.status === 'rejected') console.log(String(end.reason));

  await Promise.all([workers.run(greet, lock1, lock2), workers.run(greet, lock2, lock1)]);
}

if (isMain(import.meta)) await main();
