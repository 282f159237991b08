import { describe, expect, it } from 'vitest';
import type { JobExit } from '../../index.ts';
import { start } from '../../index.ts';
import { errands } from '../support/errands.ts';
import { countPrimes, square } from '../support/arithmetic.ts';
import { giveIrrevocable } from '../support/chores.ts';
import { deadline } from '../support/deadline.ts';
import { failureOf } from '../support/failure-of.ts';

/** When a job must be known to have ended after its task's death: a fifth of what a test may take. */
const TOLD_MS = 2_000;

interface Death {
  readonly how: string;
  readonly task: (...args: never[]) => unknown;
  readonly args?: readonly unknown[];
  readonly code: number;
  readonly error: object;
}

describe.each(['thread', 'process'] as const)('a job on a %s', (host) => {
  const begin = (task: unknown, args: readonly unknown[] = []): ReturnType<typeof start<[], unknown>> => (
    start(task as typeof errands.hang, { host, args: args as [] }) as never
  );

  it.each<Death>([
    { how: 'throws', task: errands.fail, code: 1, error: { name: 'RangeError', message: 'too much', limit: 3 } },
    { how: 'throws what is no error', task: errands.failWithText, code: 1, error: { message: expect.stringContaining('just a text') as string } },
    { how: 'calls process.exit(3)', task: errands.exit, args: [3], code: 3, error: { code: 'TROUPE_HOST_DOWN' } },
    { how: 'calls process.exit(256)', task: errands.exit, args: [256], code: 0, error: { code: 'TROUPE_HOST_DOWN' } },
    { how: 'calls process.exit(-1)', task: errands.exit, args: [-1], code: 255, error: { code: 'TROUPE_HOST_DOWN' } },
    { how: 'gives what can\'t be sent', task: errands.giveFunction, code: 1, error: { code: 'TROUPE_NOT_SENDABLE' } },
    { how: 'gives what can\'t be made anew', task: giveIrrevocable, args: [false], code: 1, error: { code: 'TROUPE_PROTOCOL' } },
    { how: 'leaves a rejection behind', task: errands.leaveRejection, code: 1, error: { name: 'TypeError', message: 'left behind' } },
  ])('ends with $code when its task $how', async ({ task, args, code, error }) => {
    await using job = begin(task, args);

    expect(await deadline(failureOf(() => job), 'it rejects', TOLD_MS)).toMatchObject(error);
    const exit = await deadline<JobExit>(job.exit, 'it ends', TOLD_MS);
    expect(exit).toMatchObject({ code, signal: null });
    expect(exit.error).toMatchObject(error);
  });

  it.each(['hang', 'spin'] as const)('is killed when its task does not end in time: %s', async (task) => {
    await using job = start(errands[task] as typeof errands.hang, { host, timeout: '2s' });

    expect(await deadline(failureOf(() => job), 'it rejects', TOLD_MS)).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT', executed: 'maybe' });
    expect(await job.exit).toMatchObject({ code: -9, signal: 'SIGKILL', reason: { kind: 'killed' } });
  });

  it('is heard of while its task computes without ever waiting, and killed at once', async () => {
    await using job = start(errands.reportAndSpin, { host });

    const { value: progress } = await deadline(job.progress[Symbol.asyncIterator]().next(), 'it reports', TOLD_MS);
    expect(progress).toEqual({ done: 1, total: 2, note: undefined });
    await deadline(job.kill(), 'it ends', TOLD_MS);

    expect(await job.exit).toMatchObject({ code: -9, signal: 'SIGKILL' });
  });

  it('is killed when its task does not mind that it is stopped', async () => {
    await using job = start(errands.reportAndSpin, { host });
    await deadline(job.progress[Symbol.asyncIterator]().next(), 'it reports', TOLD_MS);

    await deadline(job.stop(), 'it ends', TOLD_MS);

    expect(await job.exit).toMatchObject({ code: -9 });
  });

  it('ends in peace when its task minds', async () => {
    await using job = start(errands.waitForEnd, { host });
    await job.send('are you there?');

    await deadline(job.stop(), 'it ends', TOLD_MS);

    expect(await job.exit).toMatchObject({ code: -15, signal: 'SIGTERM' });
  });

  it('sends results while it runs', async () => {
    await using job = start(errands.count, { args: [500], host });

    expect(await job.results.toArray()).toHaveLength(500);
    expect(await job).toBe('counted to 500');
  });

  it('is one of a hundred at once', { timeout: 300_000 }, async () => {
    const jobs = Array.from({ length: 100 }, (_, i) => start(square, { args: [i], host }));

    expect(await Promise.all(jobs)).toEqual(Array.from({ length: 100 }, (_, i) => i * i));
    expect((await Promise.all(jobs.map((job) => job.exit))).every(({ code }) => code === 0)).toBe(true);
  });

  it('is waited for by join() for one second, no more', async () => {
    await using job = start(errands.hang, { host });
    await job.send('are you there?');
    const begunAt = performance.now();

    expect(await job.join({ timeout: '1s' })).toEqual({ status: 'timeout' });

    const tookMs = performance.now() - begunAt;
    expect(tookMs).toBeGreaterThanOrEqual(999);
    // 1.0 to 1.2 s on a machine that has nothing else to do.
    expect(tookMs).toBeLessThan(2_000);
  });
});

describe('a job on a process', () => {
  it('ends with -9 when somebody kills it', async () => {
    await using job = start(errands.killItself, { host: 'process' });

    expect(await deadline(failureOf(() => job), 'it rejects', TOLD_MS)).toMatchObject({ code: 'TROUPE_HOST_DOWN' });
    expect(await job.exit).toMatchObject({ code: -9, signal: 'SIGKILL', reason: { kind: 'host_down' } });
  });

  it('rejects when its host can\'t be started', async () => {
    await using job = start(countPrimes, { args: [0, 10], host: 'process', cwd: '/nowhere' });

    expect(await deadline(failureOf(() => job), 'it rejects', TOLD_MS)).toMatchObject({ code: 'TROUPE_START_FAILED' });
    expect(await job.exit).toMatchObject({ code: 1, reason: { kind: 'error' } });
  });
});
