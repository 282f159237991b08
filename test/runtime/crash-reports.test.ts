import { afterEach, describe, expect, it } from 'vitest';
import type { ActorSystem } from '../../index.ts';
import { CrashWatch } from '../support/crash-watch.ts';
import type { ClerkRef } from '../support/actors/clerk.ts';
import { Clerk } from '../support/actors/clerk.ts';
import { TestSystem } from '../support/test-system.ts';
import { actor, child, run, supervisor } from '../../index.ts';
import { failureOf } from '../support/failure-of.ts';

const HOSTS = ['local', 'thread', 'process'] as const;
const systems: ActorSystem[] = [];

function start(options?: ConstructorParameters<typeof TestSystem>[0]): { system: ActorSystem; watch: CrashWatch } {
  const system = new TestSystem(options);
  systems.push(system);
  return { system, watch: new CrashWatch(system) };
}

afterEach(async () => {
  await Promise.all(systems.splice(0).map((system) => system.stop()));
});

describe.each(HOSTS)('a crash report (%s)', (host) => {
  it('says who crashed, where, at which message, what came before it, and how much state there was', async () => {
    const { system, watch } = start();
    const clerk = await system.spawn(Clerk, { host, name: 'clerk' });
    for (let i = 0; i < 9; i++) await clerk.ask.file(`paper ${i}`);
    await clerk.ask.incarnation();

    await failureOf(clerk.ask.tear('the contract'));

    const report = await watch.report();
    const id = host === 'local' ? 0 : expect.any(Number) as number;
    expect(report).toMatchObject({
      actor: 'clerk', host: { id, kind: host }, incarnation: 1, hadStarted: true,
      reason: { kind: 'error', error: { name: 'RangeError', message: 'the contract is torn', cause: { message: 'the scissors' } } },
      message: { handler: 'tear', args: '"the contract"', from: undefined },
      recent: ['file', 'file', 'file', 'file', 'file', 'file', 'file', 'incarnation'],
      decision: { kind: 'none', why: 'unsupervised' },
    });
    expect(report.stateBytes).toBeGreaterThan(80);
    expect(report.reason).toMatchObject({ error: { stack: expect.stringMatching(/clerk\.ts:\d+:\d+/) as string } });
  });

  it('says which actor had asked', async () => {
    const { system, watch } = start();
    const [clerk, head] = await Promise.all([system.spawn(Clerk, { host }), system.spawn(Clerk, { host, name: 'head' })]);

    await failureOf(head.ask.have(clerk, 'the letter'));

    await watch.report(2);
    const asked = watch.reports.map(({ actor: who, message }) => `${who} ${message?.handler} from ${message?.from}`);
    expect(asked.toSorted()).toEqual(['clerk-1 tear from head', 'head have from undefined']);
  });

  it('has nothing of a message’s content but what redact lets through', async () => {
    const { system, watch } = start();
    const [one, other] = await Promise.all([system.spawn(Clerk, { host }), system.spawn(Clerk, { host })]);

    await failureOf(one.ask.sign('hunter2'));
    await failureOf(other.ask.burn('hunter2'));

    await watch.report(2);
    expect(watch.reports.map(({ message }) => message?.args)).toEqual(['"***"', undefined]);
    expect(JSON.stringify(watch.reports)).not.toContain('hunter2');
  });

  it('is made once for an error in stop, in a stream, and for two errors at once', async () => {
    const { system, watch } = start();
    const clerks = await Promise.all([1, 2, 3].map((n) => system.spawn(Clerk, { host, name: `${n}` })));
    const [leaving, streaming, twice] = clerks as [typeof clerks[0], typeof clerks[0], typeof clerks[0]];

    leaving.tell.leaveBadly();
    await leaving.closed;
    await failureOf(streaming.ask.tearPage('page').toArray());
    await Promise.all(['one', 'other'].map((paper) => failureOf(twice.ask.tearTogether(paper))));
    await Promise.all(clerks.map(({ closed }) => closed));

    expect(watch.reports.map(({ actor: who, message, reason }) => [who, message?.handler, reason.kind])).toEqual([
      ['1', undefined, 'error'], ['2', 'tearPage', 'error'], ['3', 'tearTogether', 'error'],
    ]);
    expect(watch.reported).toEqual(watch.told);
  });

  it.skipIf(host === 'local')('says whose handler left the timer behind that threw', async () => {
    const { system, watch } = start();
    const clerk = await system.spawn(Clerk, { host });

    await failureOf(clerk.ask.tearInTimer('the bill'));

    expect(await watch.report()).toMatchObject({
      message: { handler: 'tearInTimer', args: '"the bill"' }, reason: { error: { message: 'the bill is torn' } },
    });
  });

  it('says what was being handled when the actor was killed', async () => {
    const { system, watch } = start();
    const clerk = await system.spawn(Clerk, { host });
    await clerk.ask.file('a paper');
    const waiting = failureOf(clerk.ask.block());
    await clerk.ask.path();

    clerk.kill();

    await waiting;
    expect(await watch.report()).toMatchObject({
      reason: { kind: 'killed' }, message: { handler: 'block', args: '' }, recent: ['file', 'path'], stateBytes: undefined,
    });
  });

  it('is made for each actor that was lost with a host, and for each descendant that was killed with its parent', async () => {
    const { system, watch } = start();
    const head = await system.spawn(Clerk, { host, name: 'head' });
    await head.ask.hire();
    await head.ask.hire('thread');

    if (host === 'local') head.kill();
    else head.tell.exit();
    await head.closed;

    // Who lived elsewhere is only shut down when it is its parent's host that is lost.
    const kinds = host === 'local' ? ['killed', 'killed', 'killed'] : ['host_down', 'host_down'];
    expect(watch.reports.map(({ reason }) => reason.kind).toSorted()).toEqual(kinds);
    expect(watch.reports.map(({ actor: who }) => who).toSorted()).toEqual(['head', 'head/clerk-1', 'head/clerk-2'].slice(0, kinds.length));
    expect(watch.reported).toEqual(watch.told);
  });

  it('isn’t made for an end by ctx.stop(), by stop(), by a refusal, or with a parent that crashed', async () => {
    const { system, watch } = start();
    const [left, stopped, head] = await Promise.all([1, 2, 3].map(() => system.spawn(Clerk, { host })));
    await failureOf(left?.ask.refuse() ?? Promise.resolve());
    await head?.ask.hire();

    left?.tell.leave();
    await left?.closed;
    await stopped?.stop();
    await failureOf(head?.ask.tear('all') ?? Promise.resolve());
    await head?.closed;
    await system.stop();

    expect(watch.reports.map(({ message }) => message?.handler)).toEqual(['tear']);
  });
});

describe('a crash report', () => {
  it('has no size for a state that isn’t plain data, takes more than 1 MB, or has getters; and runs none', async () => {
    const { system, watch } = start();
    let looks = 0;
    const states: (() => unknown)[] = [
      () => ({ n: 1 }), () => ({ run: () => 1 }), () => 'x'.repeat(2 ** 20 + 1), () => new Map(Array.from({ length: 2 ** 18 }, (_, i) => [i, i])),
      () => ({ get n() { return ++looks; } }), () => new Proxy({}, { ownKeys: () => { throw new Error('a trap'); } }), () => undefined,
    ];
    const Holder = actor({ init: (make: () => unknown) => make(), handlers: { crash(): never { throw new Error('crash'); } } });

    for (const input of states) {
      const holder = await system.spawn(Holder, { input });
      await failureOf(holder.ask.crash());
    }

    const sizes = watch.reports.map(({ stateBytes }) => stateBytes);
    expect(sizes).toEqual([expect.any(Number), undefined, undefined, undefined, undefined, undefined, expect.any(Number)]);
    expect(looks).toBe(0);
  });

  it('cuts long arguments', async () => {
    const { system, watch } = start();
    const clerk = await system.spawn(Clerk, { host: 'thread' });

    await failureOf(clerk.ask.tear('x'.repeat(5_000)));

    const { message } = await watch.report();
    expect(message?.args).toHaveLength(1_024);
    expect(message?.args?.endsWith('x…')).toBe(true);
  });

  it('is made when a redact is asynchronous, or gives no list: without the arguments', async () => {
    const { system, watch } = start();
    const redacts = [() => 'text', () => Promise.reject(new Error('late'))] as const;

    for (const redact of redacts) {
      const Odd = actor({ init: () => 0, handlers: { crash(_ctx, _n: number): never { throw new Error('crash'); } }, redact: redact as never });
      await failureOf((await system.spawn(Odd)).ask.crash(1));
    }

    expect(watch.reports.map(({ message }) => message)).toMatchObject([{ handler: 'crash', args: undefined }, { handler: 'crash', args: undefined }]);
  });
});

describe('the actor that a crash report is of', () => {
  it('may be killed by its own redact, and is reported once', async () => {
    const { system, watch } = start();
    const Rash = actor({
      init: () => ({}),
      handlers: { crash(): never { throw new Error('crash'); }, incarnation: (ctx) => ctx.incarnation },
      redact: (_handler, args) => {
        rash.kill();
        return args;
      },
    });
    const app = await run(supervisor({ children: { rash: child(Rash, {}) } }), { system, log: false, signals: false });
    const { rash } = app.children;

    await failureOf(rash.ask.crash());

    expect(await rash.ask.incarnation()).toBe(2);
    await app.stop();
    expect(watch.reports).toMatchObject([{ incarnation: 1, reason: { kind: 'killed' }, message: undefined }]);
  });
});

/** Numbers that look random, the same in every run. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return (state >>> 8) % below;
  };
}

describe('crash reports', () => {
  it('are as many as abnormal ends, whatever happens', { timeout: 60_000 }, async () => {
    const { system, watch } = start();
    const app = await run(supervisor({
      name: 'office', intensity: { restarts: 1_000, within: '1h' }, backoff: false,
      children: { local: child(Clerk, {}), thread: child(Clerk, { host: 'thread' }), process: child(Clerk, { host: 'process' }) },
    }), { system, log: false, signals: false });
    const refs: Readonly<Record<string, ClerkRef>> = app.children;
    const next = chance(7);
    const expected: string[] = [];

    for (let i = 0; i < 60; i++) {
      const host = HOSTS[next(3)] as string;
      const clerk = refs[host]?.with({ timeout: '10s' });
      if (clerk === undefined) throw new Error('no such child');
      const life = await clerk.ask.incarnation();
      const fails = (kind: string): void => { expected.push(`office/${host} ${life} ${kind}`); };
      switch (next(host === 'local' ? 6 : 8)) {
        case 0:
          await failureOf(clerk.ask.tear('it'));
          fails('error');
          break;
        case 1:
          refs[host]?.kill();
          fails('killed');
          break;
        case 2:
          clerk.tell.leave();
          break;
        case 3:
          clerk.tell.leaveBadly();
          fails('error');
          break;
        case 4:
          await failureOf(clerk.ask.refuse());
          break;
        case 5:
          await failureOf(clerk.ask.tearPage('it').toArray());
          fails('error');
          break;
        case 6:
          await failureOf(clerk.ask.tearInTimer('it'));
          fails('error');
          break;
        default:
          clerk.tell.exit();
          fails('host_down');
      }
      // Whatever it was has come to its end before the next one.
      if (expected.length > 0) await watch.report(expected.length);
    }
    await app.stop();

    expect(watch.reported).toEqual(expected.toSorted());
    expect(watch.told).toEqual(watch.reported);
    expect(watch.reports.every(({ decision }) => decision.kind === 'restart')).toBe(true);
  });
});
