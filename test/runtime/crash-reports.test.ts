import { describe, expect, it } from 'vitest';
import type { ClerkRef } from '../support/actors/clerk.ts';
import { Clerk } from '../support/actors/clerk.ts';
import { CrashWatch } from '../support/crash-watch.ts';
import { TestKit } from '../../testing/test-kit.ts';
import { SharedPlace } from '../support/shared-place.ts';
import { actor, child, supervisor } from '../../index.ts';
import { failureOf } from '../support/failure-of.ts';

const HOSTS = ['local', 'thread', 'process'] as const;

/** A simulated system, and what it reports. */
class WatchedKit extends TestKit {
  readonly watch = new CrashWatch(this.system);
}

/** Has a clerk crash who has done much before, and looks at the report. */
async function expectWholeReport(clerk: ClerkRef, watch: CrashWatch, host: { id: unknown; kind: string }): Promise<void> {
  for (let i = 0; i < 9; i++) await clerk.ask.file(`paper ${i}`);
  await clerk.ask.incarnation();

  await failureOf(clerk.ask.tear('the contract'));

  const report = await watch.report();
  expect(report).toMatchObject({
    actor: 'clerk', host, incarnation: 1, hadStarted: true,
    reason: { kind: 'error', error: { name: 'RangeError', message: 'the contract is torn', cause: { message: 'the scissors' } } },
    message: { handler: 'tear', args: '"the contract"', isAsked: true, from: undefined },
    recent: ['file', 'file', 'file', 'file', 'file', 'file', 'file', 'incarnation'],
    decision: { kind: 'none', why: 'unsupervised' },
  });
  expect(report.stateBytes).toBeGreaterThan(80);
  expect(report.reason).toMatchObject({ error: { stack: expect.stringMatching(/clerk\.ts:\d+:\d+/) as string } });
}

async function expectReportOfKill(clerk: ClerkRef, watch: CrashWatch): Promise<void> {
  await clerk.ask.file('a paper');
  const waiting = failureOf(clerk.ask.block());
  await clerk.ask.path();

  clerk.kill();

  await waiting;
  expect(await watch.report()).toMatchObject({
    reason: { kind: 'killed' }, message: { handler: 'block', args: '' }, recent: ['file', 'path'], stateBytes: undefined,
  });
}

describe.each(HOSTS)('a crash report (%s)', (host) => {
  it('says who crashed, where, at which message, what came before it, and how much state there was', async () => {
    await using kit = new WatchedKit();
    const id = host === 'local' ? 0 : expect.any(Number) as number;

    await expectWholeReport(await kit.spawn(Clerk, { host, name: 'clerk' }), kit.watch, { id, kind: host });
  });

  it('says which actor had asked', async () => {
    await using kit = new WatchedKit();
    const { watch } = kit;
    const [clerk, head] = await Promise.all([kit.spawn(Clerk, { host }), kit.spawn(Clerk, { host, name: 'head' })]);

    await failureOf(head.ask.have(clerk, 'the letter'));

    await watch.report(2);
    const asked = watch.reports.map(({ actor: who, message }) => `${who} ${message?.handler} from ${message?.from}`);
    expect(asked.toSorted()).toEqual(['clerk-1 tear from head', 'head have from undefined']);
  });

  it('has nothing of a message’s content but what redact lets through', async () => {
    await using kit = new WatchedKit();
    const { watch } = kit;
    const clerk = await kit.spawn(Clerk, { host });
    const other = await kit.spawn(Clerk, { host });

    await failureOf(clerk.ask.sign('hunter2'));
    await failureOf(other.ask.burn('hunter2'));

    await watch.report(2);
    expect(watch.reports.map(({ message }) => message?.args)).toEqual(['"***"', undefined]);
    expect(JSON.stringify(watch.reports)).not.toContain('hunter2');
  });

  it('is made once for an error in stop, in a stream, and for two errors at once', async () => {
    await using kit = new WatchedKit();
    const { watch } = kit;
    const clerks = await Promise.all([
      kit.spawn(Clerk, { host, name: '1' }), kit.spawn(Clerk, { host, name: '2' }), kit.spawn(Clerk, { host, name: '3' }),
    ]);
    const [leaving, streaming, twice] = clerks;

    leaving.tell.leaveBadly();
    await leaving.closed;
    await failureOf(streaming.ask.tearPage('page').toArray());
    await kit.clock.until(Promise.all(['one', 'other'].map((paper) => failureOf(twice.ask.tearTogether(paper)))));
    await Promise.all(clerks.map(({ closed }) => closed));

    expect(watch.reports.map(({ actor: who, message, reason }) => [who, message?.handler, reason.kind])).toEqual([
      ['1', undefined, 'error'], ['2', 'tearPage', 'error'], ['3', 'tearTogether', 'error'],
    ]);
    expect(watch.reported).toEqual(watch.told);
  });

  it('says what was being handled when the actor was killed', async () => {
    await using kit = new WatchedKit();

    await expectReportOfKill(await kit.spawn(Clerk, { host }), kit.watch);
  });

  it('is made for each actor that was lost with a host, and for each descendant that was killed with its parent', async () => {
    await using kit = new WatchedKit();
    const { watch } = kit;
    const head = await kit.spawn(Clerk, { host, name: 'head' });
    await head.ask.hire();
    await head.ask.hire('thread');

    if (host === 'local') head.kill();
    else await kit.loseHost(head);
    await head.closed;

    // Who lived elsewhere is only shut down when it is its parent's host that is lost.
    const kinds = host === 'local' ? ['killed', 'killed', 'killed'] : ['host_down', 'host_down'];
    await watch.report(kinds.length);
    expect(watch.reports.map(({ reason }) => reason.kind).toSorted()).toEqual(kinds);
    expect(watch.reports.map(({ actor: who }) => who).toSorted()).toEqual(['head', 'head/clerk-1', 'head/clerk-2'].slice(0, kinds.length));
    expect(watch.reported).toEqual(watch.told);
  });

  it('isn’t made for an end by ctx.stop(), by stop(), by a refusal, or with a parent that crashed', async () => {
    await using kit = new WatchedKit();
    const [left, stopped, head] = await Promise.all([kit.spawn(Clerk, { host }), kit.spawn(Clerk, { host }), kit.spawn(Clerk, { host })]);
    await failureOf(left.ask.refuse());
    await head.ask.hire();

    left.tell.leave();
    await left.closed;
    await stopped.stop();
    await failureOf(head.ask.tear('all'));
    await head.closed;
    await kit.clock.until(kit.system.stop());

    expect(kit.watch.reports.map(({ message }) => message?.handler)).toEqual(['tear']);
  });
});

describe.each(['thread', 'process'] as const)('a crash report of a real %s', (host) => {
  const place = new SharedPlace(host);

  it('says all that one of a simulated host says', async () => {
    const clerk = await place.system.spawn(Clerk, { host: place.host, name: 'clerk' });

    await expectWholeReport(clerk, new CrashWatch(place.system), { id: expect.any(Number), kind: host });
  });

  it('says whose handler left the timer behind that threw', async () => {
    const watch = new CrashWatch(place.system);
    const clerk = await place.system.spawn(Clerk, { host: place.host });

    await failureOf(clerk.ask.tearInTimer('the bill'));

    expect(await watch.report()).toMatchObject({
      message: { handler: 'tearInTimer', args: '"the bill"' }, reason: { error: { message: 'the bill is torn' } },
    });
  });

  it('says what was being handled when the actor was killed with its host', async () => {
    await expectReportOfKill(await place.system.spawn(Clerk, { host }), new CrashWatch(place.system));
  });

  it('is made for each actor that was lost when the host exited', async () => {
    const watch = new CrashWatch(place.system);
    const head = await place.system.spawn(Clerk, { host, name: 'head' });
    await head.ask.hire();

    head.tell.exit();
    await head.closed;

    await watch.report(2);
    expect(watch.reports.map(({ actor: who, reason: { kind } }) => `${who} ${kind}`).toSorted()).toEqual(['head host_down', 'head/clerk-1 host_down']);
    expect(watch.reported).toEqual(watch.told);
  });
});

describe('a crash report', () => {
  it('has no size for a state that isn’t plain data, takes more than 1 MB, or has getters; and runs none', async () => {
    await using kit = new WatchedKit();
    const { system, watch } = kit;
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
    await using kit = new WatchedKit();
    const { system, watch } = kit;
    const clerk = await system.spawn(Clerk, { host: 'thread' });

    await failureOf(clerk.ask.tear('x'.repeat(5_000)));

    const { message } = await watch.report();
    expect(message?.args).toHaveLength(1_024);
    expect(message?.args?.endsWith('x…')).toBe(true);
  });

  it('is made when a redact is asynchronous, or gives no list: without the arguments', async () => {
    await using kit = new WatchedKit();
    const { system, watch } = kit;
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
    await using kit = new WatchedKit();
    const { watch } = kit;
    const Rash = actor({
      init: () => ({}),
      handlers: { crash(): never { throw new Error('crash'); }, incarnation: (ctx) => ctx.incarnation },
      redact: (_handler, args) => {
        rash.kill();
        return args;
      },
    });
    const app = await kit.run(supervisor({ children: { rash: child(Rash, {}) } }));
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
  it.each([1, 2, 3])('are as many as abnormal ends, whatever happens (seed %i)', async (seed) => {
    await using kit = new WatchedKit({ seed });
    const { watch } = kit;
    const app = await kit.run(supervisor({
      name: 'office', intensity: { restarts: 1_000, within: '1h' }, backoff: false,
      children: { local: child(Clerk, {}), thread: child(Clerk, { host: 'thread' }), process: child(Clerk, { host: 'process' }) },
    }));
    const refs: Readonly<Record<string, ClerkRef>> = app.children;
    const next = chance(seed);
    const expected: string[] = [];

    for (let i = 0; i < 100; i++) {
      const host = HOSTS[next(3)] as string;
      const clerk = refs[host];
      if (clerk === undefined) throw new Error('no such child');
      const life = await kit.clock.until(clerk.ask.incarnation());
      const fails = (kind: string): void => { expected.push(`office/${host} ${life} ${kind}`); };
      switch (next(host === 'local' ? 6 : 7)) {
        case 0:
          await failureOf(clerk.ask.tear('it'));
          fails('error');
          break;
        case 1:
          clerk.kill();
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
        default:
          await kit.loseHost(clerk);
          fails('host_down');
      }
      // Whatever it was has come to its end before the next one.
      await kit.idle();
      expect(watch.reports).toHaveLength(expected.length);
    }
    await kit.clock.until(app.stop());

    expect(watch.reported).toEqual(expected.toSorted());
    expect(watch.told).toEqual(watch.reported);
    expect(watch.reports.every(({ decision }) => decision.kind === 'restart')).toBe(true);
  });
});
