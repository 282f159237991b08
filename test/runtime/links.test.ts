import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActorRef } from '../../index.ts';
import { actor, child, run, supervisor } from '../../index.ts';
import { ManualClock } from '../../testing/index.ts';
import { Supervisor } from '../../supervisors/supervisor.ts';
import { TestSystem } from '../support/test-system.ts';
import { Tied, type TiedRef } from '../support/actors/tied.ts';
import { Gate } from '../support/actors/narrow.ts';
import { deadline } from '../support/deadline.ts';
import { failureOf } from '../support/failure-of.ts';
import { until } from '../support/until.ts';

let system: TestSystem;
let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock();
  system = new TestSystem({ clock });
});
afterEach(() => system.stop());

const QUIET = { log: false, signals: false } as const;
const boom = { kind: 'error', error: { message: 'boom' } };
const tied = (traps = false): Promise<TiedRef> => system.spawn(Tied, { input: { traps } });

/** Links itself in the ways that a definition of another host can't be told to. */
const Linker = actor({
  name: 'linker',
  init: (input: { traps: boolean }, ctx) => {
    ctx.trapExit(input.traps);
    return { told: [] as string[], left: undefined as (() => void) | undefined };
  },
  handlers: {
    async addAndLink(ctx): Promise<TiedRef> {
      const added = await ctx.spawn(Tied);
      ctx.link(added);
      return added;
    },
    /** What this life leaves behind for the next ones: a link, and a monitor. */
    leave(ctx, keep: (linkLater: (ref: ActorRef<object>) => void) => void) {
      keep((ref) => {
        ctx.link(ref);
        ctx.monitor(ref);
        ctx.trapExit(true);
      });
    },
    crash(): never { throw new Error('crash on request'); },
    told: (ctx): string[] => ctx.state.told,
    linkBadly(ctx, ref: ActorRef<object>) { ctx.link(ref); },
    *linkInAStream(ctx, ref: ActorRef<object>) {
      yield 1;
      ctx.link(ref);
      yield 2;
    },
    /** Its `down` links. */
    linkInASignal(ctx, ref: ActorRef<object>) { ctx.monitor(ref); },
    incarnation: (ctx) => ctx.incarnation,
  },
  signals: {
    exit({ state }, { reason }) { state.told.push(`exit: ${reason.kind}`); },
    down(ctx, { ref, reason }) {
      ctx.state.told.push(`down: ${reason.kind}`);
      // The actor is gone: that ends this one as soon as the signal is handled.
      ctx.link(ref);
      ctx.state.told.push('went on');
    },
  },
});

describe('linked actors', () => {
  it('in a ring end all together, each once', async () => {
    const ring = await Promise.all(Array.from({ length: 5 }, () => tied()));
    const crashes: string[] = [];
    system.events.on('crashed', ({ actor: path }) => crashes.push(path));
    for (const [i, one] of ring.entries()) await one.ask.link(ring[(i + 1) % ring.length] as TiedRef);

    ring[2]?.tell.crash('boom');

    expect(await Promise.all(ring.map((one) => one.closed))).toMatchObject(ring.map(() => boom));
    expect(crashes).toHaveLength(ring.length);
  });

  it('that are lost with one host are told nothing: each has its own end', async () => {
    const keeper = await system.spawn(Tied, { host: 'thread' });
    const [one, other] = [await keeper.ask.add({ traps: true }) as TiedRef, await keeper.ask.add() as TiedRef];
    await one.ask.link(other);

    keeper.tell.leave();

    const lost = { kind: 'host_down', code: 7 };
    expect(await deadline(Promise.all([one.closed, other.closed]), 'both are lost')).toMatchObject([lost, lost]);
  });

  it('are told of a shutdown as of any other end that isn\'t normal', async () => {
    const [one, trapping] = [await tied(), await tied(true)];
    const app = await run(supervisor({ children: { other: child(Tied) } }), { ...QUIET, system });
    await app.children.other.ask.link(one, trapping);

    await app.stop();

    expect(await one.closed).toEqual({ kind: 'shutdown' });
    expect(await trapping.ask.told()).toMatchObject([{ signal: 'exit', reason: { kind: 'shutdown' } }]);
  });

  it('that begin to trap exits in time are told, also when they were linked before', async () => {
    const [one, other] = [await tied(), await tied()];
    await one.ask.link(other);
    await one.ask.trap(true);

    other.tell.crash('boom');
    await other.closed;

    expect(await one.ask.told()).toMatchObject([{ reason: boom }]);
  });

  it('end although a handler, a stream or a signal is in the midst of linking them', async () => {
    const gone = await tied();
    await gone.stop();
    const [streaming, told] = [await system.spawn(Linker, { input: { traps: false } }), await system.spawn(Linker, { input: { traps: false } })];

    const stream = failureOf(streaming.ask.linkInAStream(gone).toArray());
    told.tell.linkInASignal(gone);

    const stopped = { kind: 'error', error: { code: 'TROUPE_ACTOR_STOPPED' } };
    expect(await deadline(Promise.all([streaming.closed, told.closed]), 'both end')).toMatchObject([stopped, stopped]);
    expect(await stream).toMatchObject({ name: 'ActorCrashedError', cause: { code: 'TROUPE_ACTOR_STOPPED' } });
  });

  it('are ended ahead of their messages', async () => {
    const gate = await system.spawn(Gate);
    const [one, other] = [await system.spawn(Tied, { input: { gate } }), await tied()];
    await one.ask.link(other);
    const lingering = failureOf(one.ask.linger(gate));
    await gate.ask.whenHeld();
    const behind = failureOf(one.ask.echo('behind'));

    other.kill();

    expect(await deadline(lingering, 'it is given up')).toMatchObject({ name: 'ActorCrashedError', cause: { name: 'ActorStoppedError' } });
    expect(await behind).toMatchObject({ name: 'ActorStoppedError', executed: 'no' });
    gate.tell.open();
  });

  it('while one is being restarted: a link is an exit at once, which says so', async () => {
    const app = await run(supervisor({ children: { other: child(Tied) } }), { ...QUIET, system });
    const { other } = app.children;
    const one = await tied(true);
    let restarts = 0;
    system.events.on('restarting', () => { restarts++; });
    // The first restart comes at once, the second one waits.
    for (let life = 1; life <= 2; life++) {
      other.tell.crash('boom');
      await until(() => restarts === life);
    }

    await one.ask.link(other);

    expect(await one.ask.told()).toMatchObject([{ signal: 'exit', reason: { kind: 'error', error: { code: 'TROUPE_UNAVAILABLE' } } }]);
    await clock.advance(50);
    expect(await other.ask.incarnation()).toBe(3);
    other.kill();
    await until(() => restarts === 3);
    expect(await one.ask.told()).toHaveLength(1);
  });

  it('of which one is the parent: one exit, be it as a child or as a linked one', async () => {
    const parent = await system.spawn(Linker, { input: { traps: true } });
    const added = await parent.ask.addAndLink();

    added.tell.crash('boom');
    await added.closed;

    expect(await parent.ask.told()).toEqual(['exit: error']);
  });

  it('of which one is the child end together when exits aren\'t trapped', async () => {
    const parent = await system.spawn(Linker, { input: { traps: false } });
    const added = await parent.ask.addAndLink();

    added.tell.crash('boom');

    expect(await deadline(parent.closed, 'it ends as well')).toMatchObject(boom);
  });

  it('are those of the life that linked them: what it leaves behind speaks for no later one', async () => {
    const tree = supervisor({ backoff: false, children: { linker: child(Linker, { input: { traps: true } }) } });
    const app = await run(tree, { ...QUIET, system });
    const { linker } = app.children;
    const other = await tied();
    let link: (ref: ActorRef<object>) => void = () => undefined;
    await linker.ask.leave((left) => { link = left; });
    linker.tell.crash();
    await until(async () => await linker.ask.incarnation() === 2);

    link(other);
    other.tell.crash('boom');
    await other.closed;

    expect(await linker.ask.told()).toEqual([]);
  });

  it('are actors of one system: anything else is refused, and that is the handler\'s crash', async () => {
    const linker = await system.spawn(Linker, { input: { traps: false } });

    const failure = await failureOf(linker.ask.linkBadly({} as ActorRef<object>));

    expect(failure).toMatchObject({ name: 'ActorCrashedError', cause: { name: 'TypeError', code: 'TROUPE_INVALID_OPTION' } });
  });
});

describe('a supervisor', () => {
  it('goes on when something ends that a user has linked with it, and restarts its children as before', async () => {
    const root = await system.spawn(Supervisor, { input: supervisor({ backoff: false, children: { one: child(Tied) } }) as never });
    const { one } = await root.ask.children() as unknown as { one: TiedRef };
    const stranger = await tied();
    await stranger.ask.link(root);

    stranger.tell.crash('boom');
    await stranger.closed;
    one.tell.crash('boom');

    await until(async () => await one.ask.incarnation() === 2);
  });

  it('that is linked with its own child hears of its end once, and of none that it has asked for', async () => {
    const root = await system.spawn(Supervisor, { input: supervisor({ backoff: false, children: { one: child(Tied) } }) as never });
    const { one } = await root.ask.children() as unknown as { one: TiedRef };
    const restarts: unknown[] = [];
    system.events.on('restarting', (event) => restarts.push(event));

    for (let life = 2; life <= 3; life++) {
      await one.ask.link(root);
      one.tell.crash('boom');
      await until(async () => await one.ask.incarnation() === life);
    }
    await one.ask.link(root);
    await root.stop();

    expect(restarts).toHaveLength(2);
    expect(await one.closed).toEqual({ kind: 'shutdown' });
  });

  it('passes the end of its own on to who is linked with it', async () => {
    const tree = supervisor({ intensity: { restarts: 0, within: '1s' }, children: { one: child(Tied) } });
    const root = await system.spawn(Supervisor, { input: tree as never });
    const { one } = await root.ask.children() as unknown as { one: TiedRef };
    const [stranger, trapping] = [await tied(), await tied(true)];
    await stranger.ask.link(root, trapping);

    one.tell.crash('boom');

    expect(await deadline(stranger.closed, 'it ends as well')).toMatchObject({ kind: 'intensity' });
    expect(await trapping.ask.told()).toMatchObject([{ reason: { kind: 'intensity' } }]);
  });
});

describe('a monitor', () => {
  it('of an actor that could not be started is told why', async () => {
    const [one, gate, other] = [await tied(), await system.spawn(Gate), await tied()];
    const starting = failureOf(system.spawn(Tied, { input: { gate, linkInInit: other } }));
    await until(async () => (await gate.ask.noted()).length > 0);
    const [unborn] = await gate.ask.noted() as [ActorRef<object>];
    await one.ask.monitor(unborn);

    other.tell.crash('boom');

    const failed = { name: 'StartFailedError', code: 'TROUPE_START_FAILED' };
    expect(await starting).toMatchObject(failed);
    expect(await one.ask.told()).toMatchObject([{ signal: 'down', reason: { kind: 'error', error: failed }, restarting: false }]);
  });

  it('of one that ended long ago is told of a normal end: 10,000 others have ended since', async () => {
    const [one, old, young] = [await tied(), await tied(), await tied()];
    old.kill();
    await old.closed;
    for (let i = 0; i < 10_000; i++) await (await system.spawn(Gate)).stop();
    young.kill();
    await young.closed;

    await one.ask.monitor(old, young);

    expect(await one.ask.told()).toMatchObject([
      { signal: 'down', reason: { kind: 'normal' }, restarting: false },
      { signal: 'down', reason: { kind: 'killed' }, restarting: false },
    ]);
  }, 30_000);
});
