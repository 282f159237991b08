import { describe, expect, it } from 'vitest';
import { SHORT } from './arbitraries.ts';
import { findDivergence } from './property.ts';

const TRACES_PER_SEED = 1_000;

describe('a supervisor', () => {
  it.each([11, 12, 13, 14, 15, 16, 17, 18, 19, 20])('does what the model does, seed %i', async (seed) => {
    expect(await findDivergence(seed, TRACES_PER_SEED, SHORT, 100_000)).toBeUndefined();
  }, 120_000);
});
