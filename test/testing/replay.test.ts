import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../../index.ts';
import type { FaultOptions, TestKit, TestKitOptions } from '../../testing/index.ts';
import { actor, child, supervisor } from '../../index.ts';
import { simulate, simulateEveryStep, testKit } from '../../testing/index.ts';

type Api = { add(by: number): Promise<number>; count(to: number): AsyncGenerator<number, void, undefined> };

const Adder = actor(import.meta, {
  name: 'adder',
  init: async (_input: undefined, ctx) => {
    await ctx.sleep(ctx.random() * 5);
    return { sum: 0, id: ctx.id() };
  },
  handlers: {
    async add(ctx, by: number): Promise<number> {
      await ctx.sleep(ctx.random() * 3);
      ctx.state.sum += by;
      return ctx.state.sum;
    },
    async *count(ctx, to: number) {
      for (let i = 0; i < to; i++) {
        await ctx.sleep(1);
        yield i;
      }
    },
    relay: async (_ctx, other: ActorRef<Api>, by: number): Promise<number> => other.with({ timeout: '50ms' }).ask.add(by),
  },
});

/** Actors on all kinds of hosts that talk to each other, while things fail. */
async function scenario(kit: TestKit, faults: FaultOptions = {}, rounds = 3): Promise<void> {
  const app = await kit.run(supervisor({
    name: 'app',
    intensity: { restarts: 1_000, within: '1m' },
    children: {
      here: child(Adder), thread: child(Adder, { host: 'thread' }), process: child(Adder, { host: 'process' }),
      inner: supervisor({ intensity: { restarts: 1_000, within: '1m' }, children: { other: child(Adder, { host: 'thread' }) } }),
    },
  }));
  kit.inject(faults);
  const { here, thread, process, inner: { children: { other } } } = app.children;
  const all = [here, thread, process, other];
  const asks: Promise<unknown>[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [i, from] of all.entries()) {
      from.tell.add(1);
      const next = all[(i + 1) % all.length] ?? from;
      asks.push(...[from.ask.relay(next, round), from.ask.count(3).toArray()].map((ask) => ask.catch(String)));
    }
    await kit.clock.advance('20ms');
  }
  await kit.clock.until(Promise.all(asks));
  kit.inject({});
}

async function traceOf(options: TestKitOptions, faults?: FaultOptions): Promise<string> {
  const kit = await testKit(options);
  await scenario(kit, faults);
  await kit[Symbol.asyncDispose]();
  return kit.trace.join('\n');
}

describe('a simulation', { timeout: 60_000 }, () => {
  it('has the same trace for the same seed, byte for byte', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const faults = { crashes: 0.01, losses: 0.003 };
      const options = { seed, delay: '5ms' } as const;
      expect(await traceOf(options, faults)).toBe(await traceOf(options, faults));
    }
  });

  it('has the same trace in another process', async () => {
    const digest = async (): Promise<string> => {
      const program = fileURLToPath(new URL('programs/trace.ts', import.meta.url));
      return (await promisify(execFile)(process.execPath, [program, '7'])).stdout;
    };
    const [one, other] = await Promise.all([digest(), digest()]);

    expect(one).toMatch(/^\d{3,} [\da-f]{64}\n$/);
    expect(other).toBe(one);
  });

  it('has other traces for other seeds', async () => {
    const traces = await Promise.all([1, 2, 3, 4, 5].map((seed) => traceOf({ seed })));

    expect(new Set(traces).size).toBe(5);
  });

  it('keeps exact accounts, whatever fails', async () => {
    await simulate({ runs: 30, delay: '3ms' }, (kit) => scenario(kit, { crashes: 0.005, losses: 0.002 }));
  });

  it('says with which seed it failed', async () => {
    const failing = simulate({ seed: 41, runs: 2 }, async ({ seed }) => { if (seed === 42) throw new Error('wrong'); });

    await expect(failing).rejects.toThrow(/^wrong\n\(seed 42/);
  });

  it('says it once, and with which fault, when the kit has said it', async () => {
    const options = { seed: 42, faults: { at: { step: 5, crash: 'nobody' } } } as const;
    const failing = simulate({ ...options, runs: 1 }, (kit) => kit.clock.until(new Promise<void>(() => undefined)));

    await expect(failing).rejects.toThrow(/^Cannot wait [^(]*\n\(seed 42 with the fault at step 5, after \d+ lines of its trace\)$/);
  });

  it('crashes an actor at every step', async () => {
    const runs = await simulateEveryStep({ crash: 'adder' }, async (kit) => {
      const thread = await kit.spawn(Adder, { host: 'thread', name: 'adder' });
      await kit.clock.until(thread.ask.add(1).catch(String));
    });

    expect(runs).toBeGreaterThan(20);
  });
});
