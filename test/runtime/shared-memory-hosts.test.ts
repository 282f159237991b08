import { describe, expect, it } from 'vitest';
import type { HostKind } from '../../index.ts';
import { Adder } from '../support/actors/adder.ts';
import { TestSystem } from '../support/test-system.ts';
import { sharedArray, sharedNumber } from '../../index.ts';
import { testKit } from '../../testing/index.ts';
import { until } from '../support/until.ts';

const memory = () => ({ total: sharedNumber('int32'), sums: sharedArray('float64', 3) });

describe('memory that threads share', () => {
  it('loses nothing that several of them add at once', async () => {
    await using system = new TestSystem();
    const input = memory();
    const adders = await Promise.all((['local', 'thread', 'thread'] as const).map((host) => system.spawn(Adder, { host, input })));

    await Promise.all(adders.map((adder) => adder.with({ timeout: '20s' }).ask.add(100_000)));

    expect([input.total.value, input.sums.get(0)]).toEqual([300_000, 150_000]);
  });

  it('is changed in its lock by one at a time', async () => {
    await using system = new TestSystem();
    const input = memory();
    const shifters = await Promise.all((['local', 'thread', 'thread'] as const).map((host) => system.spawn(Adder, { host, input })));
    let isDone = false;

    const all = Promise.all(shifters.map((shifter) => shifter.with({ timeout: '20s' }).ask.shift(2_000))).then(() => { isDone = true; });
    await until(async () => {
      await input.sums.withLock((view) => expect(view[2]).toBe(view[1] === 0 ? 0 : -(view[1] as number)));
      return isDone;
    });

    await all;
    expect([input.sums.get(1), input.sums.get(2)]).toEqual([6_000, -6_000]);
  });

  it('is free when a thread ends in its lock, and the next one told', async () => {
    await using system = new TestSystem();
    const input = memory();
    const stayer = await system.spawn(Adder, { host: 'thread', input });
    const other = await system.spawn(Adder, { host: 'thread', input });
    stayer.tell.stay();
    await until(() => input.total.value === 1);
    const shifted = other.ask.shift(1);

    stayer.kill();

    await shifted;
    expect(input.sums.get(1)).toBe(2);
    expect(await input.sums.withLock((_view, wasAbandoned) => wasAbandoned)).toBe(false);
  });

  it('tells the main thread, too, that a thread has ended in its lock', async () => {
    await using system = new TestSystem();
    const input = memory();
    const stayer = await system.spawn(Adder, { host: 'thread', input });
    stayer.tell.stay();
    await until(() => input.total.value === 1);
    const told = input.sums.withLock((view, wasAbandoned) => [view[1], wasAbandoned]);

    stayer.kill();

    expect(await told).toEqual([1, true]);
  });

  it.each(['local', 'thread'] as const)('is one and the same twice in a message, for an actor on %s', async (host: HostKind) => {
    await using kit = await testKit();
    const input = memory();
    const adder = await kit.spawn(Adder, { host, input } as { host: 'thread'; input: typeof input });

    expect(await adder.ask.areOne(input.sums, input.sums)).toBe(true);
    expect(input.sums.get(0)).toBe(42);
  });

  it('is refused on its way to a process, with what serves there', async () => {
    await using kit = await testKit();
    const input = memory();
    const refusal = { code: 'TROUPE_NOT_SENDABLE', message: expect.stringContaining('only threads of one program share (a state actor serves all hosts)') as string };

    await expect(kit.spawn(Adder, { host: 'process', input } as never)).rejects.toMatchObject(refusal);
    const adder = await kit.spawn(Adder, { host: 'thread', input });
    expect(await adder.ask.takes(input.total)).toBe(0);
  });
});
