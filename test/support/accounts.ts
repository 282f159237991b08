import { expect } from 'vitest';
import type { ActorSystem } from '../../index.ts';

/** On every host: sent = handled + rejected + dead letters + queued. What is queued is counted where it waits. */
export async function expectExactAccounts(system: ActorSystem): Promise<void> {
  for (const account of await system.accounts()) {
    const { sent, handled, rejected, deadLetters, queued } = account;
    expect(sent, JSON.stringify(account)).toBe(handled + rejected + deadLetters + queued);
  }
}
