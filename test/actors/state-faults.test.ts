import { describe, expect, it } from 'vitest';
import { CounterActor, StateCounter, child, supervisor } from '../../index.ts';
import { StateUser, increments } from '../support/actors/state-users.ts';
import { simulateEveryStep, type TestKit } from '../../testing/index.ts';

const TIMES = 2;
const ENDS = ['TROUPE_ACTOR_STOPPED', 'TROUPE_ACTOR_CRASHED', 'TROUPE_HOST_DOWN'];

interface Outcome {
  /** What whoever watches has seen last, and why it has seen no more. */
  readonly last: number | undefined;
  readonly end: unknown;
  /** What it is in the end; undefined if there is none, or if the fault has happened since. */
  readonly value: number | undefined;
}

/** Two actors on hosts of their own that count, while the program watches. */
async function count(kit: TestKit, counter: StateCounter): Promise<Outcome> {
  Object.assign(increments, { tried: 0, done: 0, failures: [] });
  const over = new AbortController();
  let last: number | undefined;
  const watching = (async () => {
    for await (const n of counter.watch({ signal: over.signal })) last = n;
  })().catch((error: unknown) => (error as { code?: unknown }).code);
  const counting = (['process', 'thread'] as const).map(async (host, i) => {
    // It may be gone before it is there.
    const user = await kit.system.spawn(StateUser, { name: `user-${i}`, host }).catch(() => undefined);
    await user?.ask.tryToCount(counter, TIMES).catch(() => undefined);
  });
  await kit.clock.until(Promise.all(counting));
  await kit.clock.advance('1s');
  const faultedBefore = kit.faultedAt;
  const value = await kit.clock.until(counter.get().catch(() => undefined));
  over.abort({ code: 'over' });
  const end = await kit.clock.until(watching);
  return { last, end, value: kit.faultedAt === faultedBefore ? value : undefined };
}

/** The value that increments without a fault would have given, and those whose answer was lost perhaps. */
function isPossible(value: number): boolean {
  return value >= increments.done && value <= increments.tried;
}

describe.each(['crash', 'loseHost'] as const)('counting together survives %s', (fault) => {
  it('of one that counts, at any step: nothing is lost, and nobody else is told', async () => {
    const runs = await simulateEveryStep({ [fault]: 'user-0' }, async (kit) => {
      const counter = new StateCounter(await kit.spawn(CounterActor, { input: { initial: 0 }, name: 'counter', host: 'thread' }));

      const { last, end, value } = await count(kit, counter);

      expect([increments.failures.filter(({ by }) => by !== 'user-0'), end]).toEqual([[], 'over']);
      if (value === undefined) return;
      expect(isPossible(value), `${value} of ${JSON.stringify(increments)}`).toBe(true);
      expect(last).toBe(value);
    });

    expect(runs).toBeGreaterThan(10);
  }, 120_000);

  it('of the counter, at any step: all are told', async () => {
    const runs = await simulateEveryStep({ [fault]: 'counter' }, async (kit) => {
      const ref = await kit.spawn(CounterActor, { input: { initial: 0 }, name: 'counter', host: 'thread' }).catch(() => undefined);
      if (ref === undefined) return;

      const { end } = await count(kit, new StateCounter(ref));

      expect(increments.done + increments.failures.length).toBe(2 * TIMES);
      for (const { code } of increments.failures) expect(ENDS).toContain(code);
      expect(increments.failures.length === 0 ? [...ENDS, 'over'] : ENDS).toContain(end);
    });

    expect(runs).toBeGreaterThan(10);
  }, 120_000);

  it('of a supervised counter, at any step: whoever watches goes on', async () => {
    const runs = await simulateEveryStep({ [fault]: 'app/counter' }, async (kit) => {
      const app = await kit.run(supervisor({
        name: 'app', backoff: false, children: { counter: child(CounterActor, { input: { initial: 0 }, host: 'thread' }) },
      })).catch(() => undefined);
      if (app === undefined) return;
      const counter = new StateCounter(app.children.counter);

      const { last, end, value } = await count(kit, counter);

      expect(end).toBe('over');
      if (value !== undefined) expect(last).toBe(value);
      await kit.clock.until(app.stop());
    });

    expect(runs).toBeGreaterThan(10);
  }, 120_000);
});
