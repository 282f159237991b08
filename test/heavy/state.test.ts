import { expect, it } from 'vitest';
import { TestSystem } from '../support/test-system.ts';
import { countTogether } from '../support/count-together.ts';

it('1,000,000 increments by eight actors on four hosts give 1,000,000', async () => {
  await using system = new TestSystem();

  expect(await countTogether(system, 1_000_000)).toBe(1_000_000);
}, 300_000);
