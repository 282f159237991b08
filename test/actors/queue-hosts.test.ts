import { describe, expect, it } from 'vitest';
import { createSystem, queue } from '../../index.ts';
import { Holder, Producer } from '../support/actors/queue-users.ts';

const LIMIT_MS = 60_000;

describe.each(['thread', 'process'] as const)('a queue between hosts of their own (%s)', (host) => {
  it('takes items from one and gives them to another one', async () => {
    await using system = createSystem();
    const numbers = await queue<number>({ system, host, capacity: 4 });
    const [producer, consumer] = await Promise.all([system.spawn(Producer, { host }), system.spawn(Holder, { host })]);
    const sum = consumer.with({ timeout: Infinity }).ask.sum(numbers);

    await producer.with({ timeout: Infinity }).ask.produce(numbers, 1, 100);
    await numbers.close();

    expect(await sum).toBe(5_050);
    await numbers.join({ timeout: '5s' });
  }, LIMIT_MS);

  it('keeps a large item that nobody reads, and lets its writer end', async () => {
    await using system = createSystem();
    const bytes = await queue<Uint8Array>({ system });
    const producer = await system.spawn(Producer, { host });

    await producer.with({ timeout: Infinity }).ask.putAndEnd(bytes, 5_000_000);
    expect(await producer.closed).toEqual({ kind: 'normal' });

    expect((await bytes.get()).length).toBe(5_000_000);
  }, LIMIT_MS);
});

describe('a consumer in a process that is killed', () => {
  it('had taken two items: they come again, in their order', async () => {
    await using system = createSystem();
    const numbers = await queue<number>({ system });
    for (const n of [1, 2, 3]) await numbers.put(n);
    const holder = await system.spawn(Holder, { host: 'process' });
    expect(await holder.with({ timeout: Infinity }).ask.hold(numbers, 2)).toEqual([1, 2]);

    await expect(holder.with({ timeout: Infinity }).ask.die()).rejects.toMatchObject({ code: 'TROUPE_HOST_DOWN' });
    await holder.closed;

    expect([await numbers.get(), await numbers.get(), await numbers.get()]).toEqual([1, 2, 3]);
    await numbers.join({ timeout: '5s' });
  }, LIMIT_MS);
});
