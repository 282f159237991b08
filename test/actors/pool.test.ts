import { describe, expect, it } from 'vitest';
import type { Pool, PoolOptions } from '../../index.ts';
import { pool, transfer } from '../../index.ts';
import type { TestKit } from '../../testing/index.ts';
import { echo, fail, flaky, flakyOnce, giveIrrevocable, hang, hostOf, negative, sleep, throwOdd, unsendable, unsendableBelow } from '../support/chores.ts';
import { PoolOwner } from '../support/actors/pool-owner.ts';
import { failureOf } from '../support/failure-of.ts';
import { square } from '../support/arithmetic.ts';
import { testKit } from '../../testing/index.ts';

/** A pool in a kit, and what comes of what is asked of it. */
async function inKit(options: PoolOptions, run: (workers: Pool, until: <T>(promise: PromiseLike<T>) => Promise<T>, kit: TestKit) => Promise<void>): Promise<void> {
  await using kit = await testKit();
  const until = <T>(promise: PromiseLike<T>): Promise<T> => kit.clock.until(Promise.resolve(promise));
  const workers = await until(pool({ size: 2, name: 'pool', system: kit.system, ...options }));
  await run(workers, until, kit);
  await until(workers.terminate());
  expect(kit.running).toEqual([]);
}

/** An endless input that counts how far it was pulled, and whether it was closed. */
function endless(): { items: Iterable<number>; pulled: number; isClosed: boolean } {
  const seen = { pulled: 0, isClosed: false };
  function* count(): Generator<number> {
    try {
      for (;;) yield seen.pulled++;
    } finally {
      seen.isClosed = true;
    }
  }
  return Object.assign(seen, { items: count() });
}

describe('a pool', () => {
  it('does a task and gives its result', () => inKit({}, async (workers, until) => {
    expect(await until(workers.run(square, 12))).toBe(144);
  }));

  it('rejects with what the task throws, and goes on', () => inKit({}, async (workers, until) => {
    await expect(until(workers.run(fail, 'oh'))).rejects.toThrow(new RangeError('oh'));
    expect(await until(workers.run(square, 3))).toBe(9);
  }));

  it('rejects with an error that can\'t be sent as it is', () => inKit({}, async (workers, until) => {
    await expect(until(workers.run(throwOdd))).rejects.toMatchObject({ name: 'Odd', message: 'odd' });
    expect(await until(workers.run(square, 3))).toBe(9);
  }));

  it('rejects what can\'t be made anew here, alone or in an error, and goes on', () => inKit({}, async (workers, until) => {
    for (const thrown of [false, true]) {
      await expect(until(workers.run(giveIrrevocable, thrown))).rejects.toMatchObject({ code: 'TROUPE_PROTOCOL', message: expect.stringContaining('fromData of Irrevocable failed') as string });
    }
    expect(await until(workers.run(square, 3))).toBe(9);
  }));

  it('has as many tasks done at once as it has workers, one at a time each', () => inKit({ size: 3 }, async (workers, until, kit) => {
    await until(Promise.all(Array.from({ length: 7 }, () => workers.run(sleep, 100))));

    expect(kit.clock.now()).toBeGreaterThanOrEqual(300);
    expect(kit.clock.now()).toBeLessThan(400);
  }));

  it('is used by the thread that has made it alone', () => inKit({}, async (workers, until) => {
    await expect(until(workers.run(echo, workers as never))).rejects.toThrow('it is an instance of Pool');
  }));

  it('refuses what is no task', () => inKit({}, async (workers) => {
    expect(() => workers.run(((n: number) => n) as never)).toThrow(TypeError);
  }));

  it('names the task whose argument or result can\'t be sent', () => inKit({}, async (workers, until) => {
    await expect(until(workers.run(unsendable))).rejects.toThrow('result of \'unsendable\' → .deep.run: it is a function');
    await expect(until(workers.run(echo, { run: () => 1 }))).rejects.toThrow('arguments of \'echo\' → [0].run: it is a function');
    const results = workers.imap(unsendableBelow, [1, -1, 2], { chunk: 3 });
    expect(await until(results.next())).toEqual({ done: false, value: 1 });
    await expect(until(results.next())).rejects.toMatchObject({ code: 'TROUPE_NOT_SENDABLE', executed: 'maybe' });
    expect(await until(results.toArray())).toEqual([2]);
  }));

  it('ends with the actor in whose handler it was made', async () => {
    await using kit = await testKit();
    const owner = await kit.spawn(PoolOwner, { name: 'owner' });
    expect(await kit.clock.until(owner.ask.squares([1, 2]))).toEqual([1, 4]);
    expect(kit.running.length).toBeGreaterThan(2);

    await kit.crash(owner);

    expect(kit.running).toEqual([]);
  });
});

describe('map', () => {
  it('gives the results in the order of the input', () => inKit({}, async (workers, until) => {
    expect(await until(workers.map(square, Array.from({ length: 100 }, (_, i) => i)))).toEqual(Array.from({ length: 100 }, (_, i) => i * i));
    expect(await until(workers.map(square, []))).toEqual([]);
    expect(await until(workers.map(sleep, (async function* () { yield* [30, 10, 20]; })()))).toEqual([30, 10, 20]);
    expect(await until(workers.starmap(sleep, [[20, 'a'], [10, 'b']]))).toEqual(['a', 'b']);
  }));

  it('rejects with the first error at once, and cancels the rest', () => inKit({}, async (workers, until, kit) => {
    const before = kit.clock.now();
    await expect(until(workers.map(sleep, ['x', 60_000] as never, { chunk: 1 }))).rejects.toThrow('duration');
    expect(kit.clock.now() - before).toBeLessThan(100);
  }));

  it('rejects with what its input throws', () => inKit({}, async (workers, until) => {
    const items = (function* () {
      yield 1;
      throw new Error('no more');
    })();
    await expect(until(workers.map(square, items))).rejects.toThrow('no more');

    const failing = workers.imap(square, (function* () {
      yield 2;
      throw new Error('no more');
    })(), { chunk: 8 });
    expect(await until(failing.next())).toEqual({ done: false, value: 4 });
    await expect(until(failing.next())).rejects.toThrow('no more');
  }));

  it('ends with what onResult throws, and the pool goes on', () => inKit({}, async (workers, until) => {
    await expect(until(workers.map(square, [1, 2, 3], { onResult: () => { throw new Error('mine'); } }))).rejects.toThrow('mine');
    await expect(until(workers.map(sleep, [10, 60_000], {
      chunk: 1, onResult: async () => { throw new Error('mine, later'); },
    }))).rejects.toThrow('mine, later');
    expect(await until(workers.map(square, [1, 2]))).toEqual([1, 4]);
  }));

  it('does not wait for an input that hangs, when it is late or terminated', () => inKit({}, async (workers, until, kit) => {
    const stuck = async function* (): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => {});
    };
    await expect(until(workers.map(square, stuck(), { timeout: '1s' }))).rejects.toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' });
    const mapped = failureOf(workers.map(square, stuck()));
    await kit.clock.advance(10);
    await until(workers.terminate());
    expect(await until(mapped)).toMatchObject({ code: 'TROUPE_POOL_TERMINATED' });
  }));

  it('refuses options that are none', () => inKit({}, async (workers, until) => {
    for (const chunk of [0, -1, 1.5]) await expect(until(workers.map(square, [1], { chunk }))).rejects.toThrow(RangeError);
    await expect(until(workers.map(square, [1], { chunks: 1 } as never))).rejects.toThrow('did you mean "chunk"?');
    await expect(until(workers.map(square, 5 as never))).rejects.toThrow('an iterable');
    expect(() => workers.imap(square, [1], { window: 0 })).toThrow(RangeError);
    expect(() => workers.with({ retries: -1 })).toThrow(RangeError);
  }));
});

describe('imap', () => {
  it('pulls its input only as far as its window allows', () => inKit({}, async (workers, until) => {
    const input = endless();
    const results = workers.imap(square, input.items);
    for (let i = 0; i < 10; i++) expect(await until(results.next())).toEqual({ done: false, value: i * i });

    expect(input.pulled).toBeLessThanOrEqual(10 + 4 * workers.size);
    await until(results[Symbol.asyncDispose]());
    expect(input.isClosed).toBe(true);
  }));

  it('throws an error in its place, and goes on', () => inKit({}, async (workers, until) => {
    const results = workers.imap(sleep, [10, -1, 5], { chunk: 2 });
    expect(await until(results.next())).toEqual({ done: false, value: 10 });
    await expect(until(results.next())).rejects.toThrow('duration');
    expect(await until(results.next())).toEqual({ done: false, value: 5 });
    expect(await until(results.next())).toEqual({ done: true, value: undefined });
  }));

  it('keeps no closed pool waiting when an error has ended it', () => inKit({}, async (workers, until) => {
    const results = workers.imap(sleep, (function* () { for (;;) yield* [1, -1]; })());
    await expect(until(results.toArray())).rejects.toThrow('duration');
    workers.close();
    expect(await until(workers.join())).toEqual({ status: 'ended' });
  }));

  it('cancels what is being done when its consumer leaves', () => inKit({}, async (workers, until, kit) => {
    await until((async () => { for await (const each of workers.imapUnordered(sleep, [10, 60_000])) if (each === 10) break; })());
    await until(workers.run(sleep, 1));
    expect(kit.clock.now()).toBeLessThan(1_000);
  }));

  it('gives results as they come when the order doesn\'t count', () => inKit({ size: 3 }, async (workers, until) => {
    expect(await until(workers.imapUnordered(sleep, [300, 100, 200]).toArray())).toEqual([100, 200, 300]);
  }));
});

describe('more tasks at once than a pool is given', () => {
  const COUNT = 1_000;

  it('are all done, in order, also when the pool is closed meanwhile', () => inKit({ size: 1 }, async (workers, until) => {
    const order: number[] = [];
    const jobs = Array.from({ length: COUNT }, (_, i) => workers.run(square, i).then((result) => { order.push(i); return result; }));

    workers.close();

    expect(await until(Promise.all(jobs))).toEqual(Array.from({ length: COUNT }, (_, i) => i * i));
    expect(order).toEqual(Array.from({ length: COUNT }, (_, i) => i));
    expect(await until(workers.join())).toEqual({ status: 'ended' });
  }));

  it('reject at once where they wait when they are cancelled, and are never done', () => inKit({ size: 1 }, async (workers, until) => {
    const first = workers.run(sleep, 100);
    const jobs = Array.from({ length: COUNT }, (_, i) => workers.run(sleep, 1, i));
    const last = workers.run(square, 3);
    let isFirstDone = false;
    void first.then(() => { isFirstDone = true; });

    for (const job of jobs) job.cancel(new Error('changed my mind'));

    const ends = await until(Promise.allSettled(jobs));
    expect(ends.every((end) => end.status === 'rejected' && (end.reason as Error).message === 'changed my mind')).toBe(true);
    expect(isFirstDone).toBe(false);
    expect(await until(last)).toBe(9);
    expect(isFirstDone).toBe(true);
  }));

  it('reject when the pool is terminated, wherever they wait', () => inKit({ size: 1 }, async (workers, until) => {
    const jobs = Array.from({ length: COUNT }, () => workers.run(hang));
    const ends = Promise.allSettled(jobs);

    await until(workers.terminate());

    expect(new Set((await until(ends)).map((end) => end.status === 'rejected' && (end.reason as { code?: string }).code))).toEqual(new Set(['TROUPE_POOL_TERMINATED']));
  }));

  it('let the time run of one that has a limit', () => inKit({ size: 1 }, async (workers, until, kit) => {
    const jobs = Array.from({ length: COUNT }, () => workers.run(sleep, 10));
    void Promise.allSettled(jobs);

    await expect(until(workers.with({ timeout: '1s' }).run(square, 3))).rejects.toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' });

    expect(kit.clock.now()).toBeLessThan(1_100);
    for (const job of jobs) job.kill();
  }));
});

describe('a pool that is closed', () => {
  it('does what it was asked, takes no more, and ends', () => inKit({}, async (workers, until, kit) => {
    const mapped = workers.map(sleep, [50, 50, 50, 50], { chunk: 1 });
    workers.close();
    await expect(until(workers.run(square, 1))).rejects.toMatchObject({ code: 'TROUPE_POOL_CLOSED', executed: 'no' });
    await expect(until(workers.map(square, [1]))).rejects.toMatchObject({ code: 'TROUPE_POOL_CLOSED' });

    expect(await until(workers.join({ timeout: 20 }))).toEqual({ status: 'timeout' });
    expect(await until(workers.join())).toEqual({ status: 'ended' });
    expect(await until(mapped)).toEqual([50, 50, 50, 50]);
    expect(kit.running).toEqual([]);
    expect(await until(workers.join())).toEqual({ status: 'ended' });
    await expect(until(workers.run(square, 1))).rejects.toMatchObject({ code: 'TROUPE_POOL_CLOSED' });
    expect(kit.deadLetters).toEqual([]);
  }));

  it('is joined only then', () => inKit({}, async (workers, until) => {
    await expect(until(workers.join())).rejects.toMatchObject({ code: 'TROUPE_POOL_OPEN' });
  }));

  it('goes on with a mapping that is under way', () => inKit({}, async (workers, until) => {
    const results = workers.imap(square, Array.from({ length: 30 }, (_, i) => i));
    await until(results.next());
    workers.close();
    expect(await until(results.toArray())).toHaveLength(29);
    expect(await until(workers.join())).toEqual({ status: 'ended' });
  }));
});

describe('a pool that is terminated', () => {
  it('rejects everything that is pending', () => inKit({}, async (workers, until, kit) => {
    const pending = [workers.run(sleep, 60_000), workers.run(sleep, 60_000), workers.run(square, 1), workers.map(sleep, [60_000])];
    const ends = Promise.allSettled(pending);
    await kit.clock.advance(10);
    await until(workers.terminate());

    const reasons = (await until(ends)).map((end) => (end as PromiseRejectedResult).reason as { code: string; executed: string });
    expect(reasons.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'TROUPE_POOL_TERMINATED'));
    expect(reasons.map(({ executed }) => executed)).toEqual(['maybe', 'maybe', 'no', 'no']);
    expect(kit.deadLetters).toEqual([]);
    await expect(until(workers.run(square, 1))).rejects.toMatchObject({ code: 'TROUPE_POOL_TERMINATED', executed: 'no' });
  }));
});

describe('init of a pool', () => {
  it('is done by each worker before anything else', () => inKit({ init: { task: echo, args: [1] } as never }, async (workers, until) => {
    expect(await until(workers.run(square, 2))).toBe(4);
  }));

  it('is tried a few times when it fails, then everything rejects with one error', async () => {
    await using kit = await testKit();
    const failed = await kit.clock.until(pool({ size: 2, init: { task: fail, args: ['no database'] }, system: kit.system }).catch((error: unknown) => error));

    expect(failed).toMatchObject({ code: 'TROUPE_POOL_FAILED', cause: { name: 'RangeError', message: 'no database' } });
    expect(kit.events.filter(({ name }) => name === 'host_started').length).toBeLessThanOrEqual(10);
    expect(kit.clock.now()).toBeLessThan(2_000);
    expect(kit.running).toEqual([]);
  });

  it('is given up when it hangs', async () => {
    await using kit = await testKit();
    const failed = await kit.clock.until(failureOf(pool({ size: 1, init: hang, system: kit.system })));

    expect(failed).toMatchObject({ code: 'TROUPE_POOL_FAILED', cause: { code: 'TROUPE_ASK_TIMEOUT' } });
    expect(kit.clock.now()).toBeLessThan(100_000);
    expect(kit.running).toEqual([]);
  });
});

describe('a worker', () => {
  it('is ended after maxTasks, and replaced when there is more to do', () => inKit({ size: 1, maxTasks: 2 }, async (workers, until, kit) => {
    const hosts: string[] = [];
    for (let i = 0; i < 5; i++) hosts.push(await until(workers.run(hostOf)));

    expect(new Set(hosts).size).toBe(3);
    await until(workers.run(square, 1));
    await kit.clock.advance('1s');
    expect(kit.running).toEqual(['pool']);
  }));

  it('is handed no more than maxTasks ahead', () => inKit({ size: 1, maxTasks: 2 }, async (workers, until) => {
    const hosts = await until(Promise.all(Array.from({ length: 10 }, () => workers.run(hostOf))));

    expect(new Set(hosts).size).toBe(5);
  }));

  it('is ended when it has had nothing to do for idle, and started again on demand', () => inKit({ idle: '1m' }, async (workers, until, kit) => {
    await until(workers.run(square, 1));
    await kit.clock.advance('59s');
    expect(kit.running.length).toBeGreaterThan(2);
    await kit.clock.advance('2s');
    expect(kit.running).toEqual(['pool']);
    expect(await until(workers.run(square, 3))).toBe(9);
  }));

  it('is ended when it is idle while another one works', () => inKit({ idle: '1m' }, async (workers, until, kit) => {
    const long = workers.run(sleep, 180_000);
    await until(workers.run(square, 1));
    await kit.clock.advance('2m');
    expect(kit.running.filter((path) => /worker-\d+$/.test(path))).toHaveLength(1);
    await until(long);
  }));
});

describe('a task of a pool', () => {
  it('is taken back while it waits', () => inKit({ size: 1 }, async (workers, until, kit) => {
    const first = workers.run(sleep, 100);
    const second = workers.run(square, 2);
    second.cancel();
    await expect(until(second)).rejects.toMatchObject({ name: 'AbortError' });
    expect(await until(first)).toBe(100);
    expect(kit.events.filter(({ name }) => name === 'host_lost')).toEqual([]);
  }));

  it('is cancelled while it runs: its worker stays when it ends in time', () => inKit({ size: 1 }, async (workers, until) => {
    const worker = (await until(workers.run(hostOf))).split('/')[1];
    const job = workers.run(sleep, 60_000);
    await until(workers.with({ timeout: 20 }).run(square, 1).then(() => undefined, () => undefined));
    job.cancel(new Error('changed my mind'));
    await expect(until(job)).rejects.toThrow('changed my mind');
    expect((await until(workers.run(hostOf))).split('/')[1]).toBe(worker);
  }));

  it('ends with its taskTimeout', () => inKit({ size: 1 }, async (workers, until, kit) => {
    await expect(until(workers.with({ taskTimeout: '1s' }).run(sleep, 60_000))).rejects.toMatchObject({ code: 'TROUPE_ASK_TIMEOUT', timeoutMs: 1_000 });
    expect(await until(workers.run(square, 2))).toBe(4);
    expect(kit.clock.now()).toBeLessThan(2_000);
  }));

  it('ends with the timeout of the whole call', () => inKit({ size: 1 }, async (workers, until) => {
    await expect(until(workers.with({ timeout: '1s' }).run(sleep, 60_000))).rejects.toThrow('Cannot run "sleep": no reply within 1000 ms');
    await expect(until(workers.map(sleep, [400, 400, 400], { timeout: '1s', chunk: 1 }))).rejects.toThrow('Cannot map "sleep": no reply within 1000 ms');
    expect(await until(workers.run(square, 2))).toBe(4);
  }));

  it('ends with the signal of its call', () => inKit({}, async (workers, until, kit) => {
    const controller = new AbortController();
    const mapped = workers.map(sleep, [60_000, 60_000], { signal: controller.signal });
    await kit.clock.advance(10);
    controller.abort(new Error('enough'));
    await expect(until(mapped)).rejects.toThrow('enough');
    await expect(until(workers.with({ signal: controller.signal }).run(square, 1))).rejects.toThrow('enough');
  }));

  it('is tried again as often as retries says', () => inKit({ size: 1 }, async (workers, until) => {
    expect(await until(workers.with({ retries: 2 }).run(flaky, 'a', 2))).toBe(3);
    await expect(until(workers.with({ retries: 1 }).run(flaky, 'b', 2))).rejects.toThrow('try 2');
    expect(await until(workers.map(flakyOnce, ['c', 'd', 'e'], { retries: 1, chunk: 3 }))).toEqual([2, 2, 2]);
  }));
});

describe('a buffer of transfer()', () => {
  const pixels = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(values);
  const moved = (bytes: Uint8Array<ArrayBuffer>): Uint8Array => transfer(bytes, [bytes.buffer]);

  it.each(['thread', 'process'] as const)('moves with an argument, and with a result: %s', (host) => inKit({ host }, async (workers, until) => {
    const bytes = pixels(1, 2);

    expect(await until(workers.run(negative, moved(bytes)))).toEqual(pixels(254, 253));
    expect(bytes.length).toBe(0);
  }));

  it('moves with items of a mapping, whatever their chunks', () => inKit({}, async (workers, until) => {
    const list = [pixels(1), pixels(2), pixels(3)];

    expect(await until(workers.map(negative, [...list.map(moved), pixels(4)], { chunk: 2 }))).toEqual([[254], [253], [252], [251]].map((each) => pixels(...each)));
    expect(list.map(({ length }) => length)).toEqual([0, 0, 0]);
    expect(await until(workers.starmap(negative, [[moved(pixels(7))], [pixels(8)]]))).toEqual([pixels(248), pixels(247)]);
  }));

  it('is lost with a worker that has it, also when there are retries', () => inKit({ size: 1, host: 'thread' }, async (workers, until, kit) => {
    const failed = workers.with({ retries: 3 }).run(sleep, 60_000, moved(pixels(1)));
    await kit.clock.advance(10);

    await kit.loseHost(kit.running.find((path) => path.endsWith('worker-1')) ?? '');

    await expect(until(failed)).rejects.toMatchObject({ code: 'TROUPE_HOST_DOWN', executed: 'maybe' });
    expect(await until(workers.run(square, 2))).toBe(4);
  }));
});
