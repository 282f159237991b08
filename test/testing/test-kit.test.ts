import { afterEach, describe, expect, it } from 'vitest';
import type { ActorRef } from '../../index.ts';
import { actor, child, createSystem, supervisor, transfer } from '../../index.ts';
import { failureOf } from '../support/failure-of.ts';
import { testKit } from '../../testing/index.ts';

const Counter = actor(import.meta, {
  name: 'counter',
  init: (input: { start: number }) => ({ n: input.start }),
  handlers: {
    increment(ctx, by: number = 1) { return (ctx.state.n += by); },
    value: (ctx) => ctx.state.n,
    incarnation: (ctx) => ctx.incarnation,
    async slow(ctx, ms: number): Promise<number> {
      await ctx.sleep(ms);
      return ctx.now();
    },
    slowOf: (_ctx, other: ActorRef<{ slow(ms: number): Promise<number> }>, ms: number): Promise<number> => other.ask.slow(ms),
    async *count(ctx, to: number) {
      for (let i = 0; i < to; i++) {
        await ctx.sleep('10ms');
        yield i;
      }
    },
    slowInSteps: (ctx): Promise<number> => inSteps(ctx),
    async stuck() { await new Promise(() => undefined); },
    async *stuckStream(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    },
    until: (ctx): Promise<void> => new Promise((resolve) => { ctx.signal.addEventListener('abort', () => resolve()); }),
    lengthOf: (_ctx, bytes: Uint8Array) => bytes.byteLength,
    /** To another one and back, for ever. */
    bounce(ctx, other: ActorRef<object>) { (other as ActorRef<{ bounce(back: ActorRef<object>): void }>).tell.bounce(ctx.self as unknown as ActorRef<object>); },
    double(_ctx, shared: Int32Array) { Atomics.store(shared, 0, Atomics.load(shared, 0) * 2); },
  },
});

/** Waits more than once, of a handler that isn't asynchronous itself. */
async function inSteps(ctx: { sleep(ms: number): Promise<void>; now(): number }): Promise<number> {
  await ctx.sleep(10);
  await ctx.sleep(20);
  return ctx.now();
}

/** Uses what the world outside has. */
const Worldly = actor({
  name: 'worldly',
  init: () => ({}),
  handlers: { use: (_ctx, body: () => unknown) => void body() },
});

const HOSTS = ['local', 'thread', 'process'] as const;

afterEach(() => {
  // What the kits have replaced is back.
  expect(String(setTimeout)).not.toMatch(/refuse/);
  expect(new Date().getTime()).toBeGreaterThan(1e12);
});

describe.each(HOSTS)('an actor on a simulated %s host', (host) => {
  it('answers', async () => {
    await using kit = await testKit();
    const counter = await kit.spawn(Counter, { input: { start: 7 }, host });
    counter.tell.increment(2);

    expect(await counter.ask.value()).toBe(9);
  });

  it('goes by virtual time', async () => {
    await using kit = await testKit({ wallStart: 1_000 });
    const counter = await kit.spawn(Counter, { input: { start: 7 }, host });
    const slow = counter.with({ timeout: '2m' }).ask.slow(60_000);

    await kit.clock.advance('1m');

    expect(await slow).toBe(61_000);
  });

  it('has its asks time out in virtual time', async () => {
    await using kit = await testKit();
    const counter = await kit.spawn(Counter, { input: { start: 7 }, host });
    const late = failureOf(() => counter.with({ timeout: '1s' }).ask.slow(60_000));

    await kit.clock.advance('1s');

    expect(await late).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT', where: 'handler', ran: 1_000 });
  });

  it('streams', async () => {
    await using kit = await testKit();
    const counter = await kit.spawn(Counter, { input: { start: 7 }, host });

    expect(await kit.clock.until(counter.ask.count(3).toArray())).toEqual([0, 1, 2]);
    expect(kit.clock.now()).toBe(30);
  });

  it('is crashed, and started again by its supervisor', async () => {
    await using kit = await testKit();
    const { children: { a } } = await kit.run(supervisor({ children: { a: child(Counter, { input: { start: 1 }, host }) } }));

    await kit.crash(a, new Error('no disk'));

    expect(await a.ask.incarnation()).toBe(2);
    expect(kit.events.find(({ name }) => name === 'crashed')?.event).toMatchObject({ actor: 'app-1/a', reason: { kind: 'error', error: { message: 'no disk' } } });
  });

  it('is named when it waits for the world outside', async () => {
    await using kit = await testKit();
    const counter = await kit.spawn(Counter, { input: { start: 1 }, host });
    const stuck = failureOf(() => counter.ask.stuck());

    expect(await failureOf(() => kit.idle())).toMatchObject({ code: 'TROUPE_NOT_VIRTUAL', actor: 'counter-1' });
    counter.kill();
    expect(await stuck).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
  });

  it('is named when its stream waits for the world outside', async () => {
    await using kit = await testKit();
    const counter = await kit.spawn(Counter, { input: { start: 1 }, host });
    const stream = counter.ask.stuckStream();
    expect(await stream.next()).toMatchObject({ value: 1 });

    expect(await failureOf(() => kit.idle())).toMatchObject({ code: 'TROUPE_NOT_VIRTUAL', actor: 'counter-1' });
    counter.kill();
    await failureOf(() => stream.next());
  });

  it('may wait in the functions that it calls', async () => {
    await using kit = await testKit();
    const counter = await kit.spawn(Counter, { input: { start: 1 }, host });
    const slow = counter.ask.slowInSteps();

    await kit.clock.advance(15);
    await kit.clock.advance(15);

    expect(await slow).toBe(30);
  });

  it('may wait for time, other actors and its own end', async () => {
    await using kit = await testKit();
    const one = await kit.spawn(Counter, { input: { start: 1 }, host });
    const other = await kit.spawn(Counter, { input: { start: 1 } });
    const third = await kit.spawn(Counter, { input: { start: 1 }, host });
    const asked = one.with({ timeout: '1h' }).ask.slowOf(other.with({ timeout: '1h' }), 500);
    const waiting = failureOf(() => third.with({ timeout: '1m' }).ask.until());

    await kit.idle();
    await kit.clock.advance('1m');

    expect(await asked).toBe(500);
    expect(await waiting).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' });
  });
});

describe.each(['thread', 'process'] as const)('a simulated %s host', (host) => {
  it('is lost with all that lives there', async () => {
    await using kit = await testKit();
    const { children: { a } } = await kit.run(supervisor({ children: { a: child(Counter, { input: { start: 1 }, host }) } }));
    const slow = failureOf(() => a.ask.slow(10));
    await kit.idle();

    await kit.loseHost(a);

    expect(await slow).toMatchObject({ code: 'TROUPE_HOST_DOWN', executed: 'maybe' });
    expect(await a.ask.incarnation()).toBe(2);
  });

  it('belongs to a set', async () => {
    await using kit = await testKit();
    await using set = await kit.clock.until(kit.system.hosts({ kind: host, size: 2 }));
    const [first, second] = [await kit.spawn(Counter, { input: { start: 1 }, host: set }), await kit.spawn(Counter, { input: { start: 2 }, host: set })];

    expect(await Promise.all([first.ask.value(), second.ask.value()])).toEqual([1, 2]);
    await kit.loseHost(first);
    await kit.clock.advance('1s');
    expect(kit.running).toEqual(['counter-2']);
  });
});

describe('the test kit', () => {
  it('copies messages within a thread, moves buffers and shares memory between threads', async () => {
    await using kit = await testKit();
    const counter = await kit.spawn(Counter, { input: { start: 1 }, host: 'thread' });
    const bytes = new Uint8Array(8);
    const shared = new Int32Array(new SharedArrayBuffer(4)).fill(21);

    expect(await counter.ask.lengthOf(transfer(bytes, [bytes.buffer]))).toBe(8);
    await counter.ask.double(shared);

    expect(bytes.byteLength).toBe(0);
    expect(shared[0]).toBe(42);
  });

  it.each([
    ['setTimeout()', () => setTimeout(() => undefined, 1)], ['setInterval()', () => setInterval(() => undefined, 1)],
    ['setImmediate()', () => setImmediate(() => undefined)], ['Date.now()', () => Date.now()], ['new Date()', () => new Date()],
    ['performance.now()', () => performance.now()], ['Math.random()', () => Math.random()],
    ['AbortSignal.timeout()', () => AbortSignal.timeout(5)], ['crypto.randomUUID()', () => crypto.randomUUID()],
    ['crypto.getRandomValues()', () => crypto.getRandomValues(new Uint8Array(1))],
  ])('names the actor that uses %s', async (what, use) => {
    await using kit = await testKit();
    const worldly = await kit.spawn(Worldly);

    const failure = await failureOf(() => worldly.ask.use(use));

    expect(failure.message).toContain(`"worldly-1": the actor crashed: Cannot simulate "worldly-1": it called ${what}, which can't be replayed; use `);
    expect(await failureOf(() => kit.idle())).toMatchObject({ code: 'TROUPE_NOT_VIRTUAL', actor: 'worldly-1' });
    await kit.idle();
  });

  it('lets what isn\'t simulated have the real ones', async () => {
    await using kit = await testKit();
    await using system = createSystem();
    const worldly = await system.spawn(Worldly);

    await worldly.ask.use(() => [Date.now(), new Date(), Math.random(), new Date(5)]);
    await new Promise((resolve) => setTimeout(resolve, 1));

    await kit.idle();
  });

  it('calls a check after each step', async () => {
    await using kit = await testKit();
    let steps = 0;
    kit.always(() => { steps++; });
    const counter = await kit.spawn(Counter, { input: { start: 1 }, host: 'thread' });
    kit.always(() => {
      kit.always(() => undefined);
      throw new Error('not true');
    });
    counter.tell.increment();

    const failure = await failureOf(() => kit.idle());
    expect(failure.message).toMatch(/^not true\n\(seed 1, after \d+ lines of its trace\)$/);
    expect(failure.stack).toContain(failure.message);
    expect(steps).toBeGreaterThan(3);
  });

  it('leaves the errors of asks as they are', async () => {
    await using kit = await testKit({ seed: 3 });
    const counter = await kit.spawn(Counter, { input: { start: 1 } });

    expect((await failureOf(kit.clock.until(counter.with({ timeout: '1s' }).ask.slow(60_000)))).message).not.toContain('seed');
  });

  it('says when nothing can happen any more', async () => {
    await using kit = await testKit();
    await kit.spawn(Counter, { input: { start: 1 } });

    await expect(kit.clock.until(new Promise(() => undefined))).rejects.toThrow(/^Cannot wait any longer: .*\n\(seed 1, after /);
  });

  it('lets time pass only as far as a delayed frame needs it', async () => {
    await using kit = await testKit({ delay: '10ms', seed: 4 });
    const counter = await kit.spawn(Counter, { input: { start: 1 }, host: 'process' });
    const before = kit.clock.now();

    await counter.ask.value();

    expect(before).toBeGreaterThan(0);
    expect(kit.clock.now() - before).toBeGreaterThan(0);
    expect(kit.clock.now() - before).toBeLessThanOrEqual(20);
  });

  it('comes back to who waits, though actors on several hosts never stop sending to each other', async () => {
    await using kit = await testKit({ delay: '2ms' });
    const [one, other] = [await kit.spawn(Counter, { input: { start: 0 }, host: 'thread' }), await kit.spawn(Counter, { input: { start: 5 }, host: 'process' })];
    one.tell.bounce(other);

    expect(await kit.clock.until(other.ask.value())).toBe(5);
    await kit.idle();
    await kit.clock.advance('1s');

    expect(kit.clock.now()).toBeLessThan(2_000);
  });

  it('shows dead letters', async () => {
    await using kit = await testKit();
    const counter = await kit.spawn(Counter, { input: { start: 1 }, host: 'thread' });
    await kit.clock.until(counter.stop());
    counter.tell.increment();

    expect(kit.deadLetters).toEqual([{ actor: 'counter-1', handler: 'increment', reason: 'stopped', count: 1, maybeExecuted: 0 }]);
  });

  it('refuses what can\'t be done', async () => {
    await using kit = await testKit();
    const counter = await kit.spawn(Counter, { input: { start: 1 } });

    expect((await failureOf(() => kit.loseHost(counter))).message).toContain('the main thread can\'t be lost');
    await kit.clock.until(counter.stop());
    expect(await failureOf(() => kit.crash(counter))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
    expect(await failureOf(() => kit.loseHost(counter))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
    expect(await failureOf(() => kit.crash('nobody'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
  });

  it.each([
    [{ seed: -1 }, 'Cannot use seed: expected a whole number >= 0, got -1'],
    [{ seed: 0.5 }, 'Cannot use seed: expected a whole number >= 0, got 0.5'],
    [{ delay: 'soon' }, 'Cannot use delay'],
    [{ faults: { crashes: 2 } }, 'Cannot use faults.crashes: expected a number from 0 to 1, got 2'],
    [{ faults: { losses: Number.NaN } }, 'Cannot use faults.losses: expected a number from 0 to 1, got NaN'],
    [{ faults: { crash: 1 } }, 'crash'],
    [{ faults: { at: { step: 1, kill: 'a' } } }, 'kill'],
    [{ seeds: 1 }, 'seeds'],
  ])('refuses the options %o', async (options, text) => {
    expect((await failureOf(() => testKit(options as never))).message).toContain(text);
  });
});
