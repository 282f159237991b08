import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RefOf } from '../../index.ts';
import { actor, child, run, supervisor } from '../../index.ts';
import { Family } from '../support/family.ts';
import { Hostile, NeverReady } from '../support/actors/hostile.ts';
import { ManualClock } from '../../testing/index.ts';
import { Parent } from '../support/actors/parent.ts';
import { TestSystem } from '../support/test-system.ts';
import { deadline } from '../support/deadline.ts';
import { failureOf } from '../support/failure-of.ts';
import { until } from '../support/until.ts';

const family = new Family();
const REMOTE = ['thread', 'process'] as const;
const HOSTS = ['local', ...REMOTE] as const;

/** Who waits for the next uncaught exception of this program. */
const uncaught: ((error: unknown) => void)[] = [];
const listeners = process.listeners('uncaughtException');
beforeEach(() => {
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => {
    const heard = uncaught.shift();
    if (heard === undefined) throw error;
    heard(error);
  });
});
afterEach(() => {
  process.removeAllListeners('uncaughtException');
  for (const listener of listeners) process.on('uncaughtException', listener);
});

describe('a failure outside of a handler', () => {
  it.each(REMOTE)('is the actor’s whose asynchronous handler began it, on a %s', async (host) => {
    const parent = await family.spawnParent('top', host);
    const guilty = await family.add(parent, 'guilty');
    const innocent = await family.add(parent, 'innocent');

    const failure = await failureOf(guilty.ask.crashInTimerLater());

    expect(failure).toMatchObject({ name: 'ActorCrashedError', cause: { message: 'thrown in a timer' } });

    expect(await guilty.closed).toMatchObject({ kind: 'error' });
    expect(await innocent.ask.path()).toBe('top/innocent');
  });

  it('is its host’s when nobody can be blamed', async () => {
    const parent = await family.spawnParent('top', 'thread');

    await parent.ask.crashInTimer();

    expect(await deadline(parent.closed, 'the host is lost')).toMatchObject({
      kind: 'host_down', code: 1, error: { message: 'thrown in a timer' },
    });
  });
});

describe('an actor that does its worst', () => {
  it.each(HOSTS)('harms nobody but itself, with what it throws or returns: on %s', async (host) => {
    const attacks = [
      (ref: RefOf<typeof Hostile>) => ref.ask.throwUnreadable(),
      (ref: RefOf<typeof Hostile>) => ref.ask.throwProxy(),
      (ref: RefOf<typeof Hostile>) => ref.ask.returnUnreadable(),
    ];
    const shared = host === 'local' ? host : await family.system.hosts({ kind: host, size: 1 });
    const bystander = await family.system.spawn(Hostile, { host: shared });
    const hostiles = await Promise.all(attacks.map(() => family.system.spawn(Hostile, { host: shared })));

    const outcomes = hostiles.map(async (hostile, i) => {
      return await attacks[i]?.(hostile).then(() => 'answered', (error: Error) => error.name);
    });

    expect(await deadline(Promise.all(outcomes), 'all asks settle')).toEqual(Array.from(attacks, () => 'ActorCrashedError'));
    expect(await bystander.ask.echo('alive')).toBe('alive');
  });

  it('keeps no timer from its turn, however fast it answers', async () => {
    const hostile = await family.system.spawn(Hostile);
    const asks = AbortSignal.timeout(20);
    while (!asks.aborted) await hostile.ask.echo('again');

    const items = AbortSignal.timeout(20);
    for await (const _ of hostile.ask.forever()) if (items.aborted) break;

    expect([asks.aborted, items.aborted]).toEqual([true, true]);
  });

  it.each(HOSTS)('answers the message in which it ends itself: on %s', async (host) => {
    const hostile = await family.system.spawn(Hostile, { host });

    expect(await hostile.ask.endThenAnswer()).toBe(1);
    expect(await hostile.closed).toEqual({ kind: 'normal' });
  });

  it('leaves no ask open when it kills itself in it', async () => {
    const hostile = await family.system.spawn(Hostile);

    const failure = await failureOf(hostile.with({ timeout: '1h' }).ask.killItself());

    expect(failure).toMatchObject({ name: 'ActorStoppedError', executed: 'maybe' });
  });

  it.each(HOSTS)('leaves nothing behind of a start that comes to no end: on %s', async (host) => {
    const clock = new ManualClock();
    await using own = new TestSystem({ clock });
    const hasChild = new Promise<void>((resolve) => {
      own.events.on('started', ({ actor: path }) => { if (path === 'n/child') resolve(); });
    });
    const input = { file: family.file };
    const failure = own.spawn(NeverReady, { input, host, timeout: '3s', name: 'n' }).catch((error: unknown) => error);
    await hasChild;

    await clock.advance('3s');

    expect(await deadline(failure, 'the start is given up', 2_000)).toMatchObject({ code: 'TROUPE_START_TIMEOUT' });
    expect(family.ends()).toEqual(['n/child shutdown']);
  });

  it('has 5 s for its cleanup when it ends itself', async () => {
    const clock = new ManualClock();
    await using own = new TestSystem({ clock });
    const Hanging = actor({
      init: () => null,
      handlers: { end(ctx) { ctx.stop(); } },
      stop: () => new Promise<void>(() => undefined),
    });
    const hanging = await own.spawn(Hanging);
    hanging.tell.end();

    await clock.advance('5s');

    expect(await deadline(hanging.closed, 'it has ended')).toEqual({ kind: 'normal' });
  });

  it('leaves timers whose asks go by their own limits', async () => {
    const asked: number[] = [];
    const Peer = actor({ init: () => null, handlers: { count: () => asked.push(performance.now()) } });
    const Late = actor({
      init: () => null,
      handlers: {
        begin(_ctx, peer: RefOf<typeof Peer>) {
          setTimeout(() => { void peer.ask.count().catch(() => asked.push(Number.NaN)); }, 60);
        },
      },
    });
    const peer = await family.system.spawn(Peer);
    await (await family.system.spawn(Late)).with({ timeout: 30 }).ask.begin(peer);

    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(asked[0]).not.toBeNaN();
  });
});

describe('an ask of a host that is blocked', () => {
  it.each(REMOTE)('is given up by its sender’s own timer, which knows no more than that: on a %s', async (host) => {
    const blocked = await family.spawnParent('blocked', host);
    blocked.tell.spin();
    await until(() => family.ends().includes('spins'));

    const failure = await deadline(failureOf(blocked.with({ timeout: 50 }).ask.path()), 'the sender gives up');

    const unknown = { where: 'unknown', executed: 'maybe', waited: undefined, ran: undefined };
    expect(failure).toMatchObject({ name: 'AskTimeoutError', code: 'TROUPE_ASK_TIMEOUT', ...unknown });
    blocked.kill();
    expect(await deadline(blocked.closed, 'it is killed')).toEqual({ kind: 'killed' });
  });
});

describe('a monitor of an actor that is lost with its host', () => {
  it.each(REMOTE)('is told like any other: on a %s', async (host) => {
    const watcher = await family.spawnParent('watcher');
    const top = await family.spawnParent('top', host);
    const inner = await family.add(top, 'inner');
    await watcher.ask.monitor(top);
    await watcher.ask.monitor(inner);

    await expect(top.ask.exit()).rejects.toThrow();

    const told = (await family.told(watcher, 2)).toSorted();
    expect(told).toEqual(['ActorRef(parent top) down: host_down', 'ActorRef(parent top/inner) down: host_down']);
  });
});

describe('a listener that throws', () => {
  it('stops nothing: what it threw is the program’s', async () => {
    const thrown = new Promise<unknown>((resolve) => { uncaught.push(resolve); });
    family.system.events.on('crashed', () => { throw new Error('a listener of the user’s'); });
    const parent = await family.spawnParent('top', 'thread');
    const other = await family.spawnParent('other');

    await expect(parent.ask.crash()).rejects.toMatchObject({ name: 'ActorCrashedError' });

    expect(await deadline(thrown, 'it is thrown')).toMatchObject({ message: 'a listener of the user’s' });
    expect(await parent.closed).toMatchObject({ kind: 'error', error: { message: 'crash on request' } });
    expect(await other.ask.path()).toBe('other');
  });
});

describe('a process that gets SIGTERM', () => {
  it('lets its actors stop, then dies by it: one event for their supervisor', async () => {
    const restarts: unknown[] = [];
    family.system.events.on('restarting', ({ reason }) => restarts.push(reason));
    const p = child(Parent, { input: { file: family.file, label: 'p' }, host: 'process', restart: 'transient' });
    const tree = supervisor({ children: { p } });
    const app = await run(tree, { system: family.system, log: false, signals: false });
    const before = await app.children.p.ask.pid();

    process.kill(before, 'SIGTERM');

    const restarted = async (): Promise<number> => {
      for (;;) {
        const pid = await app.children.p.ask.pid().catch(() => before);
        if (pid !== before) return pid;
      }
    };
    expect(await deadline(restarted(), 'it is started again', 3_000)).not.toBe(before);
    expect(restarts).toEqual([{ kind: 'host_down', code: null, signal: 'SIGTERM' }]);
    expect(family.ends()).toEqual(['app-1/p shutdown']);
  });
});

describe('an aborted start', () => {
  it('rejects with the reason when nothing is left of it', async () => {
    const controller = new AbortController();
    const input = { file: family.file, label: 'p' };
    const started = family.system.spawn(Parent, { input, host: 'process', name: 'p', signal: controller.signal });

    controller.abort(new Error('changed my mind'));

    await expect(started).rejects.toThrow('changed my mind');
    await expect(family.spawnParent('p')).resolves.toBeDefined();
  });
});
