import { describe, expect, it } from 'vitest';
import { SHORT } from './arbitraries.ts';
import { findDivergence } from './property.ts';

/** With `more.test.ts` 20,000 traces, half of them in each of two processes. */
const TRACES_PER_SEED = 1_000;

describe('a supervisor', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('does what the model does, seed %i', async (seed) => {
    expect(await findDivergence(seed, TRACES_PER_SEED, SHORT, 100_000)).toBeUndefined();
  }, 120_000);
});
