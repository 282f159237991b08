import { describe, expect, it } from 'vitest';
import { DYNAMIC, HOSTED } from './arbitraries.ts';
import { findDivergence } from './property.ts';

const TRACES_PER_SEED = 250;

describe('a supervisor', () => {
  it.each([1, 2])('does what the model does where hosts are lost, seed %i', async (seed) => {
    expect(await findDivergence(seed, TRACES_PER_SEED, HOSTED)).toBeUndefined();
  }, 120_000);

  it.each([1, 2])('does what the model does with dynamic ones below it, seed %i', async (seed) => {
    expect(await findDivergence(seed, TRACES_PER_SEED, DYNAMIC)).toBeUndefined();
  }, 120_000);
});
