// 18. Python pickles each part of the array to a worker of its `Pool`, and the worker copies it once more.
// Here the parts move, uncopied.

import { isMain, pool, tasks, transfer } from '../../index.ts';

const NUMBERS = 1_000_000;
const PARTS = 4;

const { sumOfSquares } = tasks(import.meta, {
  sumOfSquares(numbers: Float64Array): number {
    return numbers.reduce((sum, n) => sum + n * n, 0);
  },
});

export async function main(): Promise<void> {
  const parts = Array.from({ length: PARTS }, () => new Float64Array(NUMBERS / PARTS).map(() => Math.random()));
  await using workers = await pool();

  const sums = await workers.map(sumOfSquares, parts.map((part) => transfer(part, [part.buffer])));
  console.log(sums.reduce((sum, part) => sum + part));
}

if (isMain(import.meta)) await main();
