import { describe, expect, it } from 'vitest';
import type { HostKind, Job } from '../../index.ts';
import { actor, select, start, tasks } from '../../index.ts';
import type { TestKit } from '../../testing/index.ts';
import { simulateEveryStep, testKit } from '../../testing/index.ts';
import { errands } from '../support/errands.ts';
import { countPrimes, square } from '../support/arithmetic.ts';
import { failureOf } from '../support/failure-of.ts';

describe('a task', () => {
  it('is a plain function here', () => {
    expect(square(12)).toBe(144);
  });

  it('belongs to no job when it is called', async () => {
    expect(errands.whoAmI()).toBe('nobody');
    expect(await errands.whoAmILater()).toBe('nobody');
    expect(await errands.addUp()).toBe(0);
  });
});

describe('tasks()', () => {
  it('refuses names that its own actor has', () => {
    const meta = { url: 'file:///reserved.ts' };

    for (const name of ['job:open', 'job:results', 'then']) {
      expect(() => tasks(meta, { [name]: () => 1 })).toThrow(expect.objectContaining({ code: 'TROUPE_RESERVED_NAME' }) as Error);
    }
  });
});

/** The log of what jobs nobody waited for have failed with. */
function complaints(kit: TestKit): unknown[] {
  return kit.events.flatMap(({ name, event }) => name === 'log' ? [event.fields] : []);
}

describe('a job', () => {
  it('gives its task\'s value, and leaves nothing behind', async () => {
    await using kit = await testKit();
    const job = start(countPrimes, { args: [0, 1_000], system: kit.system });

    expect(await kit.clock.until(job)).toBe(168);
    expect(await kit.clock.until(job.exit)).toEqual({ code: 0, signal: null, reason: { kind: 'normal' }, value: 168 });
    await kit.idle();
    expect(kit.running).toEqual([]);
    expect(complaints(kit)).toEqual([]);
  });

  it('rejects with what its task has thrown', async () => {
    await using kit = await testKit();
    const job = start(errands.fail, { system: kit.system });

    const error = await kit.clock.until(failureOf(() => job));

    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: 'too much', limit: 3 });
    expect(await kit.clock.until(job.exit)).toMatchObject({ code: 1, signal: null, reason: { kind: 'error', error: { message: 'too much' } } });
    expect(complaints(kit)).toEqual([]);
    expect(kit.crashReports).toEqual([]);
  });

  it.each([
    [errands.failWithText, 'just a text'], [errands.failWithNothing, 'undefined'], [errands.failStrangely, 'something that has no text'],
  ])('rejects with an error when its task throws something else: %o', async (task, text) => {
    await using kit = await testKit();
    const job = start(task, { system: kit.system });

    const error = await kit.clock.until(failureOf(() => job));

    expect(error).toBeInstanceOf(Error);
    expect(error.message).toContain(text);
  });

  it('rejects when its value can\'t be sent, and names the task', async () => {
    await using kit = await testKit();
    const job = start(errands.giveFunction, { system: kit.system });

    const error = await kit.clock.until(failureOf(() => job));

    expect(error).toMatchObject({ code: 'TROUPE_NOT_SENDABLE', path: expect.stringContaining('result of \'giveFunction\'') as string });
    expect(await kit.clock.until(job.exit)).toMatchObject({ code: 1 });
  });

  it('rejects when its arguments can\'t be sent, and names the place', async () => {
    await using kit = await testKit();
    const job = start(square, { args: [(() => 1) as never], system: kit.system });

    const error = await kit.clock.until(failureOf(() => job));

    expect(error).toMatchObject({ code: 'TROUPE_NOT_SENDABLE', path: expect.stringContaining('argument 1 of square') as string });
  });

  it('rejects with what its task has left behind', async () => {
    await using kit = await testKit();
    const job = start(errands.hang, { system: kit.system });
    const error = failureOf(() => job);
    await kit.idle();

    await kit.crash(kit.running.at(-1) ?? '', new TypeError('left behind'));

    expect(await kit.clock.until(error)).toMatchObject({ name: 'TypeError', message: 'left behind' });
    expect(await job.exit).toMatchObject({ code: 1, reason: { kind: 'error' } });
  });

  it('rejects when its host is lost', async () => {
    await using kit = await testKit();
    const job = start(errands.hang, { system: kit.system });
    const error = failureOf(() => job);
    await kit.idle();

    await kit.loseHost(kit.running.at(-1) ?? '');

    expect(await kit.clock.until(error)).toMatchObject({ code: 'TROUPE_HOST_DOWN' });
    expect(await job.exit).toMatchObject({ code: -9, signal: 'SIGKILL', reason: { kind: 'host_down' } });
  });

  it('is a log event when it fails and nobody waits for it', async () => {
    await using kit = await testKit();
    const job = start(errands.fail, { system: kit.system });

    await kit.idle();

    expect(complaints(kit)).toEqual([{ job: 'fail-1', code: 1, err: expect.objectContaining({ name: 'RangeError', message: 'too much' }) as Error }]);
    await expect(job).rejects.toThrow('too much');
  });

  it('throws at once when an option is wrong', () => {
    const wrong = [
      { host: 'local' }, { timeout: 0 }, { timeout: 'soon' }, { args: 5 }, { name: '' }, { signal: 5 }, { tiemout: 5 }, { cwd: '/' }, { memory: 'much' },
      { daemon: 'yes' },
    ];
    for (const options of wrong) expect(() => start(errands.hang, options as never)).toThrow(/Cannot use/);
    expect(() => start((() => 1) as never)).toThrow(/tasks\(import\.meta/);
  });

  it('rejects when the system has been stopped', async () => {
    await using kit = await testKit();
    await kit.clock.until(kit.system.stop());

    const job = start(countPrimes, { args: [0, 10], system: kit.system });

    expect(await failureOf(() => job)).toMatchObject({ code: 'TROUPE_SYSTEM_STOPPED' });
    expect(await job.exit).toMatchObject({ code: 1 });
  });
});

describe('the end of a job', () => {
  it('is killed when its time is up', async () => {
    await using kit = await testKit();
    const job = start(errands.hang, { timeout: '2s', system: kit.system });
    const error = failureOf(() => job);

    await kit.clock.advance('3s');

    expect(await error).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT', timeoutMs: 2_000, executed: 'maybe' });
    expect(await job.exit).toMatchObject({ code: -9, signal: 'SIGKILL', reason: { kind: 'killed' } });
    expect(kit.running).toEqual([]);
  });

  it('comes by kill() at once', async () => {
    await using kit = await testKit();
    const job = start(errands.hang, { system: kit.system });
    await kit.idle();

    await kit.clock.until(job.kill());

    expect(await failureOf(() => job)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', executed: 'maybe' });
    expect(await job.exit).toMatchObject({ code: -9, signal: 'SIGKILL' });
    expect(complaints(kit)).toEqual([]);
  });

  it('comes by kill() while its host starts', async () => {
    await using kit = await testKit();
    const job = start(errands.hang, { system: kit.system });

    await kit.clock.until(job.kill());

    expect(await failureOf(() => job)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
    await kit.idle();
    expect(kit.running).toEqual([]);
  });

  it('is the task\'s own affair after stop(), for a while', async () => {
    await using kit = await testKit();
    const job = start(errands.waitForEnd, { system: kit.system });
    await kit.idle();

    await kit.clock.until(job.stop());

    expect(kit.clock.now()).toBe(0);
    expect(await failureOf(() => job)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
    expect(await job.exit).toMatchObject({ code: -15, signal: 'SIGTERM', reason: { kind: 'shutdown' } });
  });

  it('is a kill when the task has not ended within the grace of stop()', async () => {
    await using kit = await testKit();
    const job = start(errands.hang, { system: kit.system });
    await kit.idle();

    await kit.clock.until(job.stop({ grace: '3s' }));

    expect(kit.clock.now()).toBe(3_000);
    expect(await job.exit).toMatchObject({ code: -9 });
  });

  it('comes with the end of its block', async () => {
    await using kit = await testKit();
    let job: Job<string>;
    {
      job = start(errands.waitForEnd, { system: kit.system });
      await kit.idle();
      await kit.clock.until(job[Symbol.asyncDispose]());
    }

    expect(await job.exit).toMatchObject({ code: -15 });
  });

  it('comes with its signal, whose reason it rejects with', async () => {
    await using kit = await testKit();
    const controller = new AbortController();
    const job = start(errands.waitForEnd, { signal: controller.signal, system: kit.system });
    const error = failureOf(() => job);
    await kit.idle();

    controller.abort(new Error('enough'));

    expect(await kit.clock.until(error)).toMatchObject({ message: 'enough' });
    expect(await job.exit).toMatchObject({ code: -15 });
  });

  it('is what it was when the job is stopped or killed after it', async () => {
    await using kit = await testKit();
    const [given, failed] = [start(square, { args: [3], system: kit.system }), start(errands.fail, { system: kit.system })];
    await kit.clock.until(Promise.all([given, failed.then(undefined, () => undefined)]));

    await kit.clock.until(Promise.all([given.stop(), given.kill(), failed.stop(), failed.kill()]));

    expect(await given.exit).toMatchObject({ code: 0, value: 9 });
    expect(await failed.exit).toMatchObject({ code: 1, error: { message: 'too much' } });
  });

  it('comes before its beginning when its signal is aborted', async () => {
    await using kit = await testKit();
    const job = start(errands.hang, { signal: AbortSignal.abort(new Error('never')), system: kit.system });

    expect(await kit.clock.until(failureOf(() => job))).toMatchObject({ message: 'never' });
    await kit.idle();
    expect(kit.running).toEqual([]);
  });

  it('can be waited for with join(), which says whether it came', async () => {
    await using kit = await testKit();
    const job = start(errands.ignore, { args: [5_000], system: kit.system });

    expect(await kit.clock.until(job.join({ timeout: '1s' }))).toEqual({ status: 'timeout' });
    expect(kit.clock.now()).toBe(1_000);
    expect(await kit.clock.until(job.join({ timeout: '1h' }))).toMatchObject({ status: 'exited', exit: { code: 0 } });
    expect(kit.clock.now()).toBe(5_000);
    expect(await job.join({ timeout: 1 })).toMatchObject({ status: 'exited' });
  });

  it('can be waited for with select(), beside others', async () => {
    await using kit = await testKit();
    const slow = start(errands.ignore, { args: [5_000], system: kit.system });
    const fast = start(errands.ignore, { args: [1_000], system: kit.system });

    expect(await kit.clock.until(select([slow, fast]))).toEqual([fast]);
    expect(await kit.clock.until(select([slow], { timeout: '1s' }))).toEqual([]);
    expect(await slow.poll()).toBe(false);
    expect(await fast.poll()).toBe(true);
  });

  it('is no longer waited for when the signal of join() is aborted', async () => {
    await using kit = await testKit();
    const job = start(errands.hang, { system: kit.system });
    const controller = new AbortController();
    const error = failureOf(() => job.join({ signal: controller.signal }));
    await kit.idle();

    controller.abort(new Error('enough'));

    expect(await error).toMatchObject({ message: 'enough' });
    expect(await failureOf(() => job.join({ signal: controller.signal }))).toMatchObject({ message: 'enough' });
    expect(await failureOf(() => job.join({ timeout: 0 }))).toMatchObject({ code: 'TROUPE_INVALID_DURATION' });
  });
});

describe('the mailbox of a job', () => {
  it('is read by its task until it is closed', async () => {
    await using kit = await testKit();
    const job = start(errands.addUp, { system: kit.system });
    for (const n of [1, 2, 3]) void job.send(n);
    job.close();

    expect(await kit.clock.until(job)).toBe(6);
  });

  it('refuses what its task will not read', async () => {
    await using kit = await testKit();
    const closed = start(errands.readOne, { args: [1_000], system: kit.system });
    closed.close();
    const left = start(errands.readOne, { args: [1_000], system: kit.system });
    await kit.clock.until(left.send(1));
    await kit.idle();

    for (const job of [closed, left]) {
      expect(await kit.clock.until(failureOf(() => job.send(2)))).toMatchObject({
        code: 'TROUPE_CLOSED', executed: 'no', message: 'Cannot send to a job: it reads no more messages',
      });
    }
    expect(await kit.clock.until(Promise.all([closed, left]))).toEqual([0, 1]);
  });

  it('ends when the job is stopped', async () => {
    await using kit = await testKit();
    const job = start(errands.addUp, { system: kit.system });
    await kit.clock.until(job.send(1));

    await kit.clock.until(job.stop());

    expect(kit.clock.now()).toBe(0);
  });

  it('has its senders wait when it is full', async () => {
    await using kit = await testKit();
    const job = start(errands.ignore, { args: [60_000], system: kit.system });
    const sent = Array.from({ length: 1_024 }, (_, n) => job.send(n));
    await kit.clock.until(Promise.all(sent));

    expect(await kit.clock.until(failureOf(() => job.send('one more', { timeout: '1s' })))).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' });
    expect(await kit.clock.until(failureOf(() => job.send('after its end')))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
  });

  it('takes plain data alone', async () => {
    await using kit = await testKit();
    const job = start(errands.addUp, { system: kit.system });

    expect(await kit.clock.until(failureOf(() => job.send(() => 1)))).toMatchObject({ code: 'TROUPE_NOT_SENDABLE' });
  });
});

describe('the results of a job', () => {
  it.each(['count', 'countSync'] as const)('come while it runs: %s', async (task) => {
    await using kit = await testKit();
    const job = start(errands[task] as typeof errands.count, { args: [200], system: kit.system });

    const results = await kit.clock.until(job.results.toArray());

    expect(results).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(await kit.clock.until(job)).toBe('counted to 200');
  });

  it('wait for their reader, and the task with them', async () => {
    await using kit = await testKit();
    const job = start(errands.count, { args: [1_000], system: kit.system });
    const first = await kit.clock.until(job.results.next());

    await kit.clock.advance('1m');

    expect(first.value).toBe(1);
    expect(await kit.clock.until(job.join({ timeout: 1 }))).toEqual({ status: 'timeout' });
    expect(await kit.clock.until(job.results.toArray())).toHaveLength(999);
  });

  it('are dropped when the job is awaited and nobody has asked for them', async () => {
    await using kit = await testKit();
    const job = start(errands.count, { args: [1_000], system: kit.system });

    expect(await kit.clock.until(job)).toBe('counted to 1000');
  });

  it('break off with what the task throws', async () => {
    await using kit = await testKit();
    const job = start(errands.breakOff, { args: [2], system: kit.system });
    const seen: number[] = [];
    const read = async (): Promise<void> => { for await (const n of job.results) seen.push(n); };

    expect(await kit.clock.until(failureOf(read))).toMatchObject({ name: 'RangeError', message: 'no more' });
    expect(seen).toEqual([1, 2]);
  });

  it('stop the job when their reader leaves', async () => {
    await using kit = await testKit();
    const job = start(errands.count, { args: [1e9], system: kit.system });
    const read = async (): Promise<void> => { for await (const n of job.results) if (n === 100) break; };

    await kit.clock.until(read());

    expect(await kit.clock.until(job.exit)).toMatchObject({ code: -15 });
  });

  it('are none when the task is no generator', async () => {
    await using kit = await testKit();
    const job = start(square, { args: [3], system: kit.system });

    expect(await kit.clock.until(job.results.toArray())).toEqual([]);
    expect(await kit.clock.until(job)).toBe(9);
  });
});

describe('the progress of a job', () => {
  it('is told as it comes, and ends with the job', async () => {
    await using kit = await testKit();
    const job = start(errands.report, { args: [3, 1_000], system: kit.system });
    const seen: string[] = [];
    const read = async (): Promise<void> => { for await (const { done, total, note } of job.progress) seen.push(`${done}/${total} ${note}`); };

    await kit.clock.until(read());

    expect(seen).toEqual(['1/3 step 1', '2/3 step 2', '3/3 step 3']);
    expect(job.progress.latest).toEqual({ done: 3, total: 3, note: 'step 3' });
  });

  it('is told twenty times a second at most, the last one in any case', async () => {
    await using kit = await testKit();
    const job = start(errands.report, { args: [1_000, 1], system: kit.system });
    let count = 0;
    const read = async (): Promise<void> => { for await (const _ of job.progress) count++; };

    await kit.clock.until(read());

    expect(count).toBeLessThanOrEqual(22);
    expect(job.progress.latest?.done).toBe(1_000);
  });
});

const Office = actor(import.meta, {
  name: 'office',
  init: () => ({ jobs: [] as string[] }),
  handlers: {
    async hire(ctx, name?: string): Promise<string> {
      const job = start(errands.whoAmILater, name === undefined ? {} : { name });
      return `${await job} ${job.name}`;
    },
    hireForLong(): void { start(errands.waitForEnd); },
    crash(): never { throw new Error('closed'); },
  },
});

describe('the name of a job', () => {
  it('is unique, and below that of the actor that has started it', async () => {
    await using kit = await testKit();
    const office = await kit.spawn(Office);

    expect(await kit.clock.until(office.ask.hire())).toBe('office-1/whoAmILater-1 office-1/whoAmILater-1');
    expect(await kit.clock.until(office.ask.hire())).toBe('office-1/whoAmILater-2 office-1/whoAmILater-2');
  });

  it('is the given one, for display', async () => {
    await using kit = await testKit();
    const office = await kit.spawn(Office, { host: 'thread' });

    expect(await kit.clock.until(Promise.all([office.ask.hire('twin'), office.ask.hire('twin')]))).toEqual(['twin twin', 'twin twin']);
  });
});

describe('the starter of a job', () => {
  it.each(['local', 'thread', 'process'] as const)('takes it along when it ends: on %s', async (host: HostKind) => {
    await using kit = await testKit();
    const office = await kit.spawn(Office, { host });
    office.tell.hireForLong();
    await kit.idle();
    expect(kit.running.length).toBeGreaterThan(2);

    await kit.crash(office);
    await kit.clock.advance('2s');

    expect(kit.running).toEqual([]);
  });

  it('may be done with the message in which it has started it', async () => {
    await using kit = await testKit();
    const office = await kit.spawn(Office);
    office.with({ timeout: '1s' }).tell.hireForLong();

    await kit.clock.advance('1m');

    expect(kit.running.some((path) => path.startsWith('office-1/waitForEnd-1'))).toBe(true);
  });
});

const RUNNER = 'count-1/tasks-1';

describe('whatever happens at whichever step', () => {
  it.each([
    ['its host is lost', { loseHost: RUNNER }], ['what runs it crashes', { crash: RUNNER }], ['what keeps it crashes', { crash: 'count-1' }],
    ['what hears of it crashes', { crash: 'count-1/post-box-1' }],
  ])('a job has one outcome when %s', async (_, fault) => {
    const runs = await simulateEveryStep(fault, async (kit) => {
      const job = start(errands.count, { args: [100], system: kit.system });
      const failure = kit.clock.until(job.results.toArray()).then((results) => {
        expect(results).toHaveLength(100);
      }, (error: unknown) => {
        expect(error).toBeInstanceOf(Error);
      });
      await failure;
      const { code, ...rest } = await kit.clock.until(job.exit);
      expect([0, 1, -9, -15]).toContain(code);
      expect('value' in rest).toBe(code === 0);
      await kit.clock.advance('2s');
      expect(kit.running).toEqual([]);
    });

    expect(runs).toBeGreaterThan(20);
  });

  it.each(['local', 'thread'] as const)('nothing is left of it when its starter crashes: on %s', async (host) => {
    await simulateEveryStep({ crash: 'boss' }, async (kit) => {
      const boss = await kit.spawn(Office, { host, name: 'boss' });
      boss.tell.hireForLong();
      await kit.clock.advance('2s');
      if (kit.running.includes('boss')) await kit.clock.until(boss.stop());
      expect(kit.running).toEqual([]);
    });
  });
});
