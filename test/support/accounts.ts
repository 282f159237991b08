import { expect } from 'vitest';
import type { ActorSystem } from '../../index.ts';
import { isExact } from './exact.ts';

/** The accounts of all hosts add up. */
export async function expectExactAccounts(system: ActorSystem): Promise<void> {
  expect((await system.accounts()).filter((account) => !isExact(account))).toEqual([]);
}
