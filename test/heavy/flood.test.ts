import { describe, expect, it } from 'vitest';
import { Breaking } from '../support/actors/breaking.ts';
import { TestSystem } from '../support/test-system.ts';

const MESSAGES = 1_000_000;

describe('a flood of a million tells that nobody holds back', () => {
  it.each(['thread', 'process'] as const)('arrives to the last one, costs no more than it is, and is accounted for: %s', async (host) => {
    await using system = new TestSystem();
    const receiver = await system.spawn(Breaking, { host });
    let overloads = 0;
    system.events.on('overload', () => { overloads++; });
    await receiver.ask.echo('warm');
    const before = process.memoryUsage();

    for (let i = 0; i < MESSAGES; i++) receiver.tell.flooded(i, MESSAGES - 1);
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    await receiver.drained({ timeout: '2m' });

    expect(await receiver.ask.beforeTheLast()).toEqual(['immediate', 'input', 'timer']);
    expect(await receiver.ask.seen()).toEqual([MESSAGES - 1]);
    const bytes = heapUsed - before.heapUsed + arrayBuffers - before.arrayBuffers;
    expect(bytes / MESSAGES).toBeLessThan(1_000);
    // From 2,048 messages on, at each doubling.
    expect(overloads).toBe(9);
    expect(system.account).toMatchObject({ queued: 0, deadLetters: 0 });
  }, 120_000);
});
