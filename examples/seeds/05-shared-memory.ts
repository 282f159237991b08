// 5. Python's processes change a `Value` and an `Array` without their locks, and the result is right by luck.
// Here `add` is atomic, `withLock` a lock.

import { isMain, sharedArray, sharedNumber, start, tasks, type SharedArray, type SharedNumber } from '../../index.ts';

const { change } = tasks(import.meta, {
  async change(total: SharedNumber<'int32'>, all: SharedArray<'float64'>): Promise<void> {
    total.add(1);
    await all.withLock((view) => {
      for (const [i, n] of view.entries()) view[i] = n * 2;
    });
  },
});

export async function main(): Promise<void> {
  const total = sharedNumber('int32', 0);
  const all = sharedArray('float64', [1, 2, 3]);
  await Promise.all([1, 2, 3].map(() => start(change, { args: [total, all] })));
  console.log(total.value);
  console.log([...all]);
}

if (isMain(import.meta)) await main();
