import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { abort, echo, exit, giveIrrevocable, lengthOf, sleep, spin, spinBelow, stray, throwOdd, unsendable } from '../support/chores.ts';
import { countPrimes, square } from '../support/arithmetic.ts';
import { createSystem, pool, type Pool } from '../../index.ts';

/** What a promise rejects with, and after how long. */
async function failureOf(work: PromiseLike<unknown>): Promise<{ error: unknown; ms: number }> {
  const start = performance.now();
  const error = await Promise.resolve(work).then(() => undefined, (reason: unknown) => reason);
  return { error, ms: performance.now() - start };
}

/** On a loaded machine two seconds may be short, once. */
const LOADED = { retry: 1 };
const numbers = Array.from({ length: 100 }, (_, i) => i);

describe.each(['thread', 'process'] as const)('a pool: %s', (host) => {
  let two: Pool;
  let one: Pool;
  beforeAll(async () => {
    [two, one] = await Promise.all([pool({ size: 2, host }), pool({ size: 1, host })]);
  });
  afterAll(async () => {
    await Promise.all([two.terminate(), one.terminate()]);
  });

  it('does what it is given', async () => {
    await using workers = await pool({ size: 2, host });

    expect(await workers.run(countPrimes, 0, 1_000)).toBe(168);
    expect(await workers.map(square, numbers)).toEqual(numbers.map((n) => n * n));
    expect(await Promise.all(numbers.map((n) => workers.run(square, n)))).toEqual(numbers.map((n) => n * n));
    workers.close();
    expect(await workers.join()).toEqual({ status: 'ended' });
  });

  it('pulls an endless input only as far as its window allows', async () => {
    let pulled = 0;
    const endless = (function* (): Generator<number> { for (;;) yield pulled++; })();
    const results: number[] = [];

    for await (const each of two.imap(square, endless)) if (results.push(each) === 50) break;

    expect(results).toEqual(numbers.slice(0, 50).map((n) => n * n));
    expect(pulled).toBeLessThanOrEqual(50 + 4 * 2);
  });

  it('rejects the task that ends its worker, and nothing else', LOADED, async () => {
    const others = Promise.allSettled([two.run(sleep, 300), two.map(square, numbers)]);

    const { error, ms } = await failureOf(two.run(exit, 3));

    expect(error).toMatchObject({ code: 'TROUPE_HOST_DOWN', executed: 'maybe', message: 'Cannot run "exit": its host has ended (exit code 3)' });
    expect(ms).toBeLessThan(2_000);
    expect(await others).toMatchObject([{ value: 300 }, { value: numbers.map((n) => n * n) }]);
    expect(await two.run(square, 2)).toBe(4);
  });

  it('rejects the task that leaves something behind that fails', async () => {
    const { error } = await failureOf(one.run(stray, 5_000));

    expect(error).toMatchObject({ code: 'TROUPE_ACTOR_CRASHED', cause: { message: 'left behind' } });
    expect(await one.run(square, 2)).toBe(4);
  });

  it('rejects what can\'t be sent, nor made anew, and goes on', async () => {
    expect((await failureOf(one.run(unsendable))).error).toMatchObject({ code: 'TROUPE_NOT_SENDABLE', path: 'result of \'unsendable\' → .deep.run' });
    expect((await failureOf(one.run(throwOdd))).error).toMatchObject({ name: 'Odd', message: 'odd' });
    for (const thrown of [false, true]) {
      expect((await failureOf(one.run(giveIrrevocable, thrown))).error).toMatchObject({ code: 'TROUPE_PROTOCOL' });
    }
    expect(await one.run(square, 2)).toBe(4);
  });

  it('ends a worker that loops for ever when its task is cancelled', async () => {
    const job = one.run(spin);
    setTimeout(() => job.cancel(), 200);

    expect((await failureOf(job)).error).toMatchObject({ name: 'AbortError' });
    expect(await one.run(square, 2)).toBe(4);
  });

  it('loses no neighbour of a task that is cancelled without saying so', async () => {
    await one.map(spinBelow, numbers, { chunk: 1 });
    const job = one.run(spinBelow, -1);
    const others = numbers.map((n) => one.run(spinBelow, n));
    setTimeout(() => job.cancel(), 200);

    for (const [n, end] of (await Promise.allSettled(others)).entries()) {
      if (end.status === 'fulfilled') expect(end.value).toBe(n);
      else expect(end.reason).toMatchObject({ code: 'TROUPE_HOST_DOWN', executed: 'maybe', message: expect.stringContaining('killed: a task went on') as string });
      if (host === 'thread') expect(end.status).toBe('fulfilled');
    }
  });

  it('ends a worker that loops for ever when its time is up', async () => {
    const { error } = await failureOf(one.with({ taskTimeout: '100ms' }).run(spin));
    expect(error).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' });
  });

  it('rejects what is pending when it is terminated, at once', LOADED, async () => {
    await using workers = await pool({ size: 1, host });
    expect(await workers.run(lengthOf, '')).toBe(0);
    const failed = failureOf(workers.run(spin));
    const waiting = failureOf(workers.run(square, 1));

    await workers.terminate();

    expect((await failed).error).toMatchObject({ code: 'TROUPE_POOL_TERMINATED', executed: 'maybe' });
    expect((await waiting).error).toMatchObject({ code: 'TROUPE_POOL_TERMINATED', executed: 'no' });
    expect((await failed).ms).toBeLessThan(2_000);
  });

  it('fails with one error when init ends each worker', { timeout: 60_000 }, async () => {
    const { error } = await failureOf(pool({ size: 1, host, init: { task: exit, args: [1] } }));

    expect(error).toMatchObject({ code: 'TROUPE_POOL_FAILED', message: expect.stringContaining('Cannot run "exit": its host has ended (exit code 1)') as string });
  });
});

describe('a pool of processes', () => {
  it('rejects the task that is killed', LOADED, async () => {
    await using workers = await pool({ size: 2, host: 'process' });

    const { error, ms } = await failureOf(workers.run(abort));

    expect(error).toMatchObject({ code: 'TROUPE_HOST_DOWN', message: 'Cannot run "abort": its host has ended (SIGKILL)' });
    expect(ms).toBeLessThan(2_000);
    expect(await workers.run(square, 2)).toBe(4);
  });
});

describe('a chunk that is too long', () => {
  it('is sent in parts', async () => {
    await using system = createSystem({ maxFrame: '1MB' });
    await using workers = await pool({ size: 1, system });
    const long = 'x'.repeat(700_000);

    expect(await workers.map(lengthOf, [long, long, long], { chunk: 3 })).toEqual([700_000, 700_000, 700_000]);
    await expect(workers.run(echo, 'x'.repeat(2_000_000))).rejects.toMatchObject({ code: 'TROUPE_FRAME_TOO_LARGE' });
  });
});
