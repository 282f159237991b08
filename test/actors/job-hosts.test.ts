import { describe, expect, it } from 'vitest';
import { start } from '../../index.ts';
import { errands } from '../support/errands.ts';
import { countPrimes } from '../support/arithmetic.ts';
import { deadline } from '../support/deadline.ts';
import { failureOf } from '../support/failure-of.ts';

/** The start of a host takes the most of it. */
const STARTED_AND_TOLD_MS = 3_500;

// What only real threads and processes prove; test/heavy/jobs.test.ts has each death on each of them.
describe.each(['thread', 'process'] as const)('a job on a %s', (host) => {
  it('has a number, reads its mailbox and gives its value', async () => {
    await using job = start(errands.addUp, { host });

    expect([job.pid, job.threadId]).toEqual([undefined, undefined]);
    await job.send(20);
    expect(host === 'thread' ? job.threadId : job.pid).toBeGreaterThan(0);
    expect(host === 'thread' ? job.pid : job.threadId).toBeUndefined();
    expect(job.pid).not.toBe(process.pid);
    await job.send(22);
    job.close();

    expect(await job).toBe(42);
    expect(await job.exit).toMatchObject({ code: 0, signal: null });
  });

  it('ends with what its task says to process.exit(), modulo 256', async () => {
    await using job = start(errands.exit, { args: [259], host });

    expect(await deadline(failureOf(() => job), 'it rejects', STARTED_AND_TOLD_MS)).toMatchObject({ code: 'TROUPE_HOST_DOWN' });
    expect(await job.exit).toMatchObject({ code: 3, signal: null, reason: { kind: 'host_down', code: 3 } });
  });

  it('gives its starter what it prints, to the last line', async () => {
    await using job = start(errands.printAndExit, { args: [2_000], host, output: 'capture' });

    const [stdout, stderr] = await Promise.all([job.stdout, job.stderr].map(async (texts) => {
      let all = '';
      for await (const text of texts) all += text;
      return all;
    }));

    expect(stdout?.split('\n')).toEqual([...Array.from({ length: 2_000 }, (_, i) => `line ${i + 1} ä`), '']);
    expect(stderr).toBe('an error\n');
    expect(await job.exit).toMatchObject({ code: 7 });
  });

  it('rejects with what its task has left behind', async () => {
    await using job = start(errands.leaveRejection, { host });

    expect(await deadline(failureOf(() => job), 'it rejects', STARTED_AND_TOLD_MS)).toMatchObject({ name: 'TypeError', message: 'left behind' });
    expect(await job.exit).toMatchObject({ code: 1, reason: { kind: 'error' } });
  });

  it('is heard of while its task computes without ever waiting, and can be killed then', async () => {
    await using job = start(errands.reportAndSpin, { host });

    const { value: progress } = await job.progress[Symbol.asyncIterator]().next();
    expect(progress).toEqual({ done: 1, total: 2, note: undefined });
    await deadline(job.kill(), 'it ends', 2_000);

    expect(await failureOf(() => job)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', executed: 'maybe' });
    expect(await job.exit).toMatchObject({ code: -9, signal: 'SIGKILL', reason: { kind: 'killed' } });
  });
});

describe('a job on a process', () => {
  it('ends with -9 when somebody kills it', async () => {
    await using job = start(errands.killItself, { host: 'process' });

    expect(await deadline(failureOf(() => job), 'it rejects', STARTED_AND_TOLD_MS)).toMatchObject({ code: 'TROUPE_HOST_DOWN' });
    expect(await job.exit).toMatchObject({ code: -9, signal: 'SIGKILL', reason: { kind: 'host_down' } });
  });

  it('rejects when its host can\'t be started', async () => {
    await using job = start(countPrimes, { args: [0, 10], host: 'process', cwd: '/nowhere' });

    expect(await deadline(failureOf(() => job), 'it rejects', STARTED_AND_TOLD_MS)).toMatchObject({ code: 'TROUPE_START_FAILED' });
    expect(await job.exit).toMatchObject({ code: 1, reason: { kind: 'error' } });
  });
});
