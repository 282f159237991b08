import { tasks } from '../../index.ts';

export const { square, countPrimes, divide } = tasks(import.meta, {
  square: (n: number) => n * n,
  countPrimes(from: number, to: number): number {
    let count = 0;
    for (let n = Math.max(from, 2); n < to; n++) if (isPrime(n)) count++;
    return count;
  },
  async divide(a: number, b: number): Promise<number> {
    await Promise.resolve();
    if (b === 0) throw new RangeError('division by zero');
    return a / b;
  },
});

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}
