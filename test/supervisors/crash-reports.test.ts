import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ActorSystem, Logger, SupervisorSpec } from '../../index.ts';
import { actor, child, createSystem, run, supervisor } from '../../index.ts';
import { CrashWatch } from '../support/crash-watch.ts';
import { Clerk } from '../support/actors/clerk.ts';
import { ManualClock } from '../../testing/index.ts';
import { failureOf } from '../support/failure-of.ts';

const systems: ActorSystem[] = [];

async function start<C extends Parameters<typeof supervisor>[0]['children']>(spec: SupervisorSpec<C>, log: Logger | false = false) {
  const clock = new ManualClock();
  const system = createSystem({ clock, random: { next: () => 0.5, id: () => 'id' } });
  systems.push(system);
  const watch = new CrashWatch(system);
  const app = await run(supervisor<C>({ name: 'shop', ...spec }), { system, log, signals: false });
  return { app, clock, system, watch };
}

afterEach(async () => {
  await Promise.all(systems.splice(0).map((system) => system.stop()));
});

/** Each report's actor, incarnation and decision. */
function decisions({ reports }: CrashWatch): unknown[] {
  return reports.map(({ actor: who, incarnation, decision }) => [who, incarnation, decision]);
}

describe('the crash report of a supervised child', () => {
  it('has the restart that was decided: its number, the budget left, the delay', async () => {
    const { app, clock, watch } = await start({ children: { clerk: child(Clerk, {}) } });

    await failureOf(app.children.clerk.ask.tear('one'));
    await failureOf(app.children.clerk.ask.tear('two'));
    await clock.advance('1m');

    expect(decisions(watch)).toEqual([
      ['shop/clerk', 1, { kind: 'restart', restarts: 1, budgetLeft: 9, delayMs: 0 }],
      ['shop/clerk', 2, { kind: 'restart', restarts: 2, budgetLeft: 8, delayMs: 25 }],
    ]);
  });

  it('says that a temporary one isn’t restarted', async () => {
    const { app, watch } = await start({ children: { clerk: child(Clerk, { restart: 'temporary' }) } });

    await failureOf(app.children.clerk.ask.tear('it'));
    await app.children.clerk.closed;

    expect(decisions(watch)).toEqual([['shop/clerk', 1, { kind: 'remove' }]]);
  });

  it('says that the supervisor gives up, whose own end is reported as well', async () => {
    const { app, watch } = await start({ backoff: false, intensity: { restarts: 1, within: '5s' }, children: { clerk: child(Clerk, {}) } });

    await failureOf(app.children.clerk.ask.tear('one'));
    await failureOf(app.children.clerk.ask.tear('two'));
    await app.done;

    expect(decisions(watch)).toEqual([
      ['shop/clerk', 1, { kind: 'restart', restarts: 1, budgetLeft: 0, delayMs: 0 }],
      ['shop/clerk', 2, { kind: 'give_up', restarts: 1, withinMs: 5_000 }],
      ['shop', 1, { kind: 'none', why: 'unsupervised' }],
    ]);
    expect(watch.reports[2]).toMatchObject({ reason: { kind: 'intensity', child: 'clerk' }, stateBytes: undefined });
  });

  it('is made for each restart that fails, not for a first start: that rejects', async () => {
    const { app, clock, watch } = await start({ children: { clerk: child(Clerk, { input: { failAt: [2, 3] } }) } });

    await failureOf(app.children.clerk.ask.tear('it'));
    await clock.advance('1m');

    expect(await app.children.clerk.ask.incarnation()).toBe(4);
    expect(watch.reports.map(({ incarnation, hadStarted }) => [incarnation, hadStarted])).toEqual([[1, true], [2, false], [3, false]]);
    expect(watch.reports[1]).toMatchObject({
      host: { id: 0, kind: 'local' }, message: undefined, recent: [],
      reason: { error: { name: 'StartFailedError', cause: { message: 'no desk in incarnation 2' } } }, decision: { kind: 'restart', restarts: 2 },
    });
    await failureOf(start({ name: 'other', children: { clerk: child(Clerk, { input: { failAt: [1] } }) } }));
    expect(watch.reports).toHaveLength(3);
  });

  it('isn’t made for a normal end, although a permanent child is restarted', async () => {
    const { app, watch } = await start({ children: { clerk: child(Clerk, {}) } });

    app.children.clerk.tell.leave();

    expect(await app.children.clerk.ask.incarnation()).toBe(2);
    await app.stop();
    expect(watch.reports).toEqual([]);
  });

  it('isn’t made for a start that a stop calls off', async () => {
    const Slow = actor({
      name: 'slow',
      async init(_input: undefined, ctx) { if (ctx.incarnation > 1) await ctx.sleep('1h'); },
      handlers: { crash(): never { throw new Error('crash'); } },
    });
    const { app, watch } = await start({ children: { slow: child(Slow, {}) } });
    await failureOf(app.children.slow.ask.crash());

    await app.stop();

    expect(watch.reports.map(({ incarnation }) => incarnation)).toEqual([1]);
  });

  it('says that it was to end when its supervisor had to kill it', async () => {
    const { app, clock, watch } = await start({ children: { clerk: child(Clerk, { shutdown: '1s' }) } });
    const waiting = failureOf(app.children.clerk.ask.block());
    await app.children.clerk.ask.path();

    const stopped = app.stop();
    await clock.advance('1s');
    await Promise.all([stopped, waiting]);

    expect(decisions(watch)).toEqual([['shop/clerk', 1, { kind: 'none', why: 'stopping' }]]);
    expect(watch.reports[0]).toMatchObject({ reason: { kind: 'killed' }, message: { handler: 'block' } });
  });

  it('isn’t made for a child that is stopped by a kill, as its spec says: by a stop, by hand, and by a restart of a sibling', async () => {
    const spec = { shutdown: 'kill' } as const;
    const { app, watch } = await start({
      strategy: 'one_for_all', children: { clerk: child(Clerk, {}), brutal: child(Clerk, spec), other: child(Clerk, spec) },
    });

    await failureOf(app.children.clerk.ask.tear('it'));
    await app.children.other.ask.incarnation();
    await app.supervisor.terminateChild('brutal');
    await app.stop();

    expect(watch.crashes.map(({ actor: who }) => who)).toEqual(['shop/clerk', 'shop/other', 'shop/brutal', 'shop/brutal', 'shop/other']);
    expect(watch.reports.map(({ actor: who }) => who)).toEqual(['shop/clerk']);
  });

  it('is made when somebody else kills a child with `shutdown: kill`', async () => {
    const { app, watch } = await start({ children: { brutal: child(Clerk, { shutdown: 'kill' }) } });

    app.children.brutal.kill();
    await app.children.brutal.ask.incarnation();

    expect(watch.reports).toMatchObject([{ actor: 'shop/brutal', reason: { kind: 'killed' }, decision: { kind: 'restart' } }]);
  });

  it('is told when its supervisor ends before it has decided, once', async () => {
    const { app, watch, system } = await start({
      children: { office: supervisor({ backoff: false, intensity: { restarts: 0, within: '1s' }, children: { a: child(Clerk, {}), b: child(Clerk, {}) } }) },
    });
    const { a, b } = app.children.office.children;

    await Promise.all([failureOf(a.ask.tear('a')), failureOf(b.ask.tear('b'))]);
    await b.ask.incarnation();

    expect(decisions(watch)).toEqual([
      ['shop/office/a', 1, { kind: 'give_up', restarts: 0, withinMs: 1_000 }],
      ['shop/office/b', 1, expect.objectContaining({ kind: expect.stringMatching(/none|give_up/) as string })],
      ['shop/office', 1, { kind: 'restart', restarts: 1, budgetLeft: 9, delayMs: 0 }],
    ]);
    await system.stop();
    expect(watch.reports).toHaveLength(3);
    expect(watch.reported).toEqual(watch.told);
  });

  it('isn’t made for anybody whom system.kill() ends', async () => {
    const { app, system, watch } = await start({ children: { a: child(Clerk, {}), b: child(Clerk, { host: 'thread' }) } });
    await app.children.b.ask.path();

    await system.kill();

    expect(watch.told).toEqual(['shop 1 killed', 'shop/a 1 killed', 'shop/b 1 killed']);
    expect(watch.reports).toEqual([]);
  });
});

describe('the log of run()', () => {
  it('has one entry for a crash and its restart, and one for a restart after a normal end', async () => {
    const entries: [level: string, fields: object, text: string][] = [];
    const write = (level: string) => (fields: object, text: string): void => { entries.push([level, fields, text]); };
    const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
    const { app, clock } = await start({ children: { clerk: child(Clerk, {}) } }, log);

    await failureOf(app.children.clerk.ask.tear('it'));
    app.children.clerk.tell.leave();
    await clock.advance('1m');

    expect(entries.map(([level, , text]) => [level, text.split('\n')[0]])).toEqual([
      ['error', 'shop/clerk crashed: RangeError: it is torn (incarnation 1); it restarts now: restart 1, 9 left'],
      ['warn', 'shop/clerk restarts in 25 ms after normal: restart 2, 8 left'],
    ]);
    expect(entries[0]?.[1]).toMatchObject({
      actor: 'shop/clerk', incarnation: 1, err: { message: 'it is torn' }, message: { handler: 'tear', args: '"it"' },
      decision: { kind: 'restart', restarts: 1 },
    });
  });

  it('is lines on standard error by default: the same entry, its time in front', async () => {
    const clock = new ManualClock();
    const system = createSystem({ clock });
    systems.push(system);
    const written: string[] = [];
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    try {
      const app = await run(supervisor({ name: 'shop', children: { clerk: child(Clerk, {}) } }), { system, signals: false });
      await failureOf(app.children.clerk.ask.tear('it'));
    } finally {
      spy.mockRestore();
    }

    const [entry = ''] = written;
    expect(written).toHaveLength(1);
    expect(entry.split('\n')[0]).toBe(
      '1970-01-01T00:00:00.000Z error shop/clerk crashed: RangeError: it is torn (incarnation 1); it restarts now: restart 1, 9 left');
    expect(entry).toMatch(/\n {4}RangeError: it is torn\n {8}at [^\n]*clerk\.ts:/);
    expect(entry).toMatch(/\[cause\]: Error: the scissors/);
    expect(entry).toMatch(/\n {4}message {5}tear\("it"\)\n/);
    expect(entry.match(/RangeError: it is torn/g)).toHaveLength(2);
  });
});
