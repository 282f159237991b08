import { describe, expect, it } from 'vitest';
import { child, supervisor } from '../../index.ts';
import { simulate, testKit, type TestKit } from '../../testing/index.ts';
import { Courier, LastingCourier, Store } from '../support/actors/courier.ts';
import { Notes } from '../support/actors/notes.ts';

/** Couriers at work on all kinds of hosts for a while; what they have noted. */
async function work(kit: TestKit, definition = Courier): Promise<readonly string[]> {
  const [notes, store] = [await kit.spawn(Notes), await kit.spawn(Store, { host: 'process' })];
  const input = (label: string) => ({ label, store, notes });
  const options = { intensity: { restarts: 10_000, within: '1h' } } as const;
  const app = await kit.run(supervisor({
    name: 'app', intensity: { restarts: 10_000, within: '1h' },
    children: {
      here: child(definition, { input: input('here'), ...options }),
      thread: child(definition, { input: input('thread'), host: 'thread', ...options }),
      process: child(definition, { input: input('process'), host: 'process', ...options }),
    },
  }));
  const { here, thread, process } = app.children;
  for (let i = 0; i < 10; i++) {
    await kit.clock.advance(17);
    for (const ref of [here, thread, process]) if (i % 3 === 0) ref.tell.send({ type: 'hurry' });
  }
  kit.inject({});
  await kit.clock.advance(50);
  for (const ref of [here, thread, process]) expect((await kit.clock.until(ref.ask.snapshot())).status).toBe('active');
  await kit.clock.until(app.stop());
  expect(kit.running.filter((path) => path.startsWith('app'))).toEqual([]);
  return kit.clock.until(notes.ask.all());
}

async function traceOf(seed: number): Promise<{ readonly trace: string; readonly notes: readonly string[] }> {
  await using kit = await testKit({ seed, delay: '2ms' });
  const notes = await work(kit);
  return { trace: kit.trace.join('\n'), notes };
}

describe('machines in simulation', { timeout: 60_000 }, () => {
  it('do the same with the same seed, byte for byte', async () => {
    for (const seed of [1, 2, 3]) expect(await traceOf(seed)).toEqual(await traceOf(seed));
  });

  it('do different things with different seeds', async () => {
    const orders = new Set<string>();
    const traces = new Set<string>();
    for (let seed = 1; seed <= 10; seed++) {
      const { trace, notes } = await traceOf(seed);
      traces.add(trace);
      orders.add(notes.join());
    }

    expect(traces.size).toBe(10);
    expect(orders.size).toBeGreaterThan(3);
  });

  it.each([['input', Courier], ['snapshot', LastingCourier]] as const)('go on whatever crashes or is lost, from their %s', async (_from, definition) => {
    await simulate({ runs: 12, delay: '2ms' }, async (kit) => {
      kit.inject({ crashes: 0.01, losses: 0.005 });
      await work(kit, definition).catch((error: { code?: string }) => {
        // The one that keeps the notes, or the store, may be gone: neither is supervised.
        if (error.code !== 'TROUPE_ACTOR_STOPPED' && error.code !== 'TROUPE_START_FAILED') throw error;
      });
    });
  });
});
