import { describe, expect, it } from 'vitest';
import type { Duration } from '../../index.ts';
import { AskTimeoutError, actor, poolOf } from '../../index.ts';
import { Patient } from '../support/actors/patient.ts';
import { testKit } from '../../testing/index.ts';

describe.each(['local', 'thread', 'process'] as const)('how long asks of a handler wait (%s)', (host) => {
  it('is what the definition says of it, else 5 s', async () => {
    await using kit = await testKit();
    const { ask } = await kit.spawn(Patient, { host });

    await expect(kit.clock.until(ask.hurried(2_000))).rejects.toMatchObject({ name: 'AskTimeoutError', timeoutMs: 1_000 });
    await expect(kit.clock.until(ask.ordinary(6_000))).rejects.toMatchObject({ name: 'AskTimeoutError', timeoutMs: 5_000 });
    await expect(kit.clock.until(ask.patient(86_400_000))).resolves.toBeUndefined();
    expect(await kit.clock.until(ask.items(3_000_000).toArray())).toEqual(['item']);
  });

  it('is what the asker says, if he does', async () => {
    await using kit = await testKit();
    const patient = await kit.spawn(Patient, { host });

    await expect(kit.clock.until(patient.with({ timeout: 10 }).ask.patient(20))).rejects.toBeInstanceOf(AskTimeoutError);
    await expect(kit.clock.until(patient.with({ timeout: '3s' }).ask.hurried(2_000))).resolves.toBeUndefined();
  });
});

describe('how long asks of a handler wait', () => {
  it('is the same for copies of an actor', async () => {
    await using kit = await testKit();
    const { ask } = await kit.spawn(poolOf(Patient, { size: 2 }));

    await expect(kit.clock.until(ask.hurried(2_000))).rejects.toMatchObject({ timeoutMs: 1_000 });
    await expect(kit.clock.until(ask.patient(60_000))).resolves.toBeUndefined();
  });

  it('may be as short as a number can say', async () => {
    await using kit = await testKit();
    const { ask } = await kit.spawn(actor({ init: () => ({}), handlers: { async wait(ctx) { await ctx.sleep(1); } }, timeouts: { wait: 1e-7 } }));

    await expect(kit.clock.until(ask.wait())).rejects.toMatchObject({ timeoutMs: 1e-7 });
  });

  it('must be a duration, of a handler that there is', () => {
    const spec = { init: () => ({}), handlers: { wait: () => undefined } };
    const define = (timeouts: Readonly<Record<string, Duration>>): unknown => actor({ ...spec, timeouts });

    expect(() => define({ wait: 0 })).toThrow('Cannot use timeouts.wait of an actor: expected a duration > 0, got 0');
    expect(() => define({ wiat: '1s' })).toThrow('did you mean "wait"?');
  });
});
