import { describe, expect, it } from 'vitest';
import { actor, spawn } from '../../index.ts';
import { TestSystem } from '../support/test-system.ts';
import { until } from '../support/until.ts';

const Worker = actor({
  init: () => ({}),
  handlers: {
    hang: (): Promise<never> => new Promise(() => {}),
    wait(ctx) { ctx.after('1h', () => undefined); },
    async hire() { await (await spawn(Worker)).ask.hang(); },
    answer: () => 42,
  },
});

/** A system, and whether it keeps the program alive. */
class HoldingSystem extends TestSystem {
  readonly holds: { isHeld: boolean };

  constructor() {
    const holds = { isHeld: false };
    super({}, { keepAlive: (isHeld) => { holds.isHeld = isHeld; } });
    this.holds = holds;
  }
}

const settled = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 20); });

describe('a daemon', () => {
  it.each(['hang', 'wait', 'hire'] as const)('keeps no program alive, as others do: it is told to %s', async (handler) => {
    await using system = new HoldingSystem();
    const daemon = await system.spawn(Worker, { daemon: true });
    const other = await system.spawn(Worker);

    daemon.tell[handler]();
    await settled();
    expect(system.holds.isHeld).toBe(false);

    other.tell[handler]();
    await until(() => system.holds.isHeld);
    for (const ref of [daemon, other]) ref.kill();
  });

  it('is waited for by whoever asks it', async () => {
    await using system = new HoldingSystem();
    const daemon = await system.spawn(Worker, { daemon: true });

    const answer = daemon.ask.answer();
    const hung = daemon.ask.hang().catch(() => undefined);
    expect(await answer).toBe(42);
    await settled();
    expect(system.holds.isHeld).toBe(true);

    daemon.kill();
    await hung;
    await until(() => !system.holds.isHeld);
  });

  it('is waited for by whoever wants to know its end', async () => {
    await using system = new HoldingSystem();
    const daemon = await system.spawn(Worker, { daemon: true });

    const closed = daemon.closed;
    await settled();
    expect(system.holds.isHeld).toBe(true);

    daemon.kill();
    expect(await closed).toEqual({ kind: 'killed' });
    await until(() => !system.holds.isHeld);
  });

  it('is one or not', async () => {
    await using system = new TestSystem();

    await expect(system.spawn(Worker, { daemon: 'yes' as never })).rejects.toThrow('Cannot use daemon: expected true or false, got "yes"');
  });
});
