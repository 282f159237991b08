import { describe, expect, it } from 'vitest';
import { start } from '../../index.ts';
import { countPrimes, divide, square } from '../support/arithmetic.ts';

describe('a task', () => {
  it('is a plain function here', () => {
    expect(square(12)).toBe(144);
  });
});

describe.each(['thread', 'process'] as const)('a job on a %s', (host) => {
  it('gives its result', async () => {
    await using job = start(countPrimes, { args: [0, 1_000], host });

    expect(await job).toBe(168);
  });

  it('rejects with what its task has thrown', async () => {
    await using job = start(divide, { args: [1, 0], host });

    await expect(job).rejects.toThrow(RangeError);
  });
});
