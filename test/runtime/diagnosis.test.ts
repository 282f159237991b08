import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActorRef, ActorSnapshot, ActorSystem, HostKind, RefOf } from '../../index.ts';
import type { WatchedRef } from '../support/actors/watched.ts';
import { actor, child, run, spawn, supervisor } from '../../index.ts';
import { TestKit } from '../../testing/test-kit.ts';
import { Gate } from '../support/actors/narrow.ts';
import { ManualClock } from '../../testing/index.ts';
import { SharedPlace } from '../support/shared-place.ts';
import { TestSystem } from '../support/test-system.ts';
import { Watched } from '../support/actors/watched.ts';
import { deadline } from '../support/deadline.ts';
import { failureOf } from '../support/failure-of.ts';
import { until } from '../support/until.ts';

const HOSTS: readonly HostKind[] = ['local', 'thread', 'process'];
const ACTIONS = ['suspend', 'resume', 'inspect'] as const;

describe.each(HOSTS)('an actor (%s)', (host) => {
  const place = new SharedPlace(host);
  let system: ActorSystem;
  beforeAll(() => { ({ system } = place); });

  const start = (): Promise<WatchedRef> => system.spawn(Watched, { host: place.host });
  const startSupervised = async (restartMs = 0): Promise<WatchedRef> => {
    const tree = supervisor({ backoff: false, children: { watched: child(Watched, { host: place.host, input: { restartMs } }) } });
    return (await run(tree, { system, log: false, signals: false })).children.watched;
  };
  /** One that is in a handler until the gate is opened. */
  const startWaiting = async (watched: WatchedRef): Promise<{ gate: RefOf<typeof Gate>; waiting: Promise<unknown> }> => {
    const gate = await system.spawn(Gate);
    const waiting = watched.with({ timeout: '1m' }).ask.wait(gate);
    waiting.catch(() => undefined);
    await gate.ask.whenHeld();
    return { gate, waiting };
  };

  describe('that is suspended', () => {
    it('begins nothing: messages and timers wait, and come in order when it is resumed', async () => {
      const watched = await start();
      await watched.ask.setTimers();

      await system.suspend(watched);
      const before = await system.inspect(watched);
      for (let i = 0; i < 3; i++) watched.tell.note(i);
      const asked = watched.ask.seen();
      // One timer that is due: the others of its kind are skipped.
      await until(async () => {
        const { mailbox: { queued, signals } } = await system.inspect(watched);
        return queued === 4 && signals === 1;
      });

      expect(await system.inspect(watched)).toMatchObject({ state: before.state, suspended: true });
      await system.resume(watched);
      expect((await asked).filter((item) => item !== 'tick')).toEqual([0, 1, 2]);
      expect(await system.inspect(watched)).toMatchObject({ suspended: false });
      await watched.stop();
    });

    it('has ended what it was handling: suspend waits for that', async () => {
      const watched = await start();
      const { gate, waiting } = await startWaiting(watched);
      const told: string[] = [];

      const suspended = [system.suspend(watched), system.suspend(watched)].map((each) => each.then(() => told.push('suspended')));
      watched.tell.note('behind');
      await until(async () => (await system.inspect(watched)).suspended);
      told.push('opened');
      gate.tell.open();
      await Promise.all([...suspended, waiting]);

      expect(told).toEqual(['opened', 'suspended', 'suspended']);
      expect(await system.inspect(watched)).toMatchObject({ state: { seen: ['waited'] }, handling: [], mailbox: { queued: 1 } });
      await system.resume(watched);
      expect(await watched.ask.seen()).toEqual(['waited', 'behind']);
      await watched.stop();
    });

    it('twice is suspended once, and may be resumed though it is not', async () => {
      const watched = await start();
      await Promise.all([system.suspend(watched), system.suspend(watched)]);

      await system.resume(watched);
      expect(await watched.ask.seen()).toEqual([]);

      await system.resume(watched);
      expect(await watched.ask.seen()).toEqual([]);
      await watched.stop();
    });

    it('goes on with its streams', async () => {
      const watched = await start();
      const stream = watched.ask.items();
      await stream.next();

      await system.suspend(watched);

      expect((await system.inspect(watched)).handling).toMatchObject([{ handler: 'items' }]);
      await stream.return?.();
      await system.resume(watched);
      await watched.stop();
    });

    it('refuses asks at their deadline: they provably did not run', async () => {
      await using kit = new TestKit();
      const watched = await kit.spawn(Watched, { host });
      await kit.system.suspend(watched);

      expect(await kit.clock.until(failureOf(watched.with({ timeout: 20 }).ask.seen()))).toMatchObject({ where: 'mailbox', executed: 'no' });
    });

    it('is killed when a caller stops it, after the grace: the stop waits behind what it does not handle', async () => {
      const watched = await start();
      await system.suspend(watched);

      await watched.stop({ grace: 20 });

      expect(await watched.closed).toEqual({ kind: 'killed' });
    });

    it('obeys its supervisor and kills', async () => {
      const tree = supervisor({ children: { watched: child(Watched, { host: place.host }), other: child(Watched, { host: place.host, restart: 'temporary' }) } });
      const app = await run(tree, { system, log: false, signals: false });
      await Promise.all([system.suspend(app.children.watched), system.suspend(app.children.other)]);

      app.children.other.kill();
      expect(await app.children.other.closed).toEqual({ kind: 'killed' });
      await deadline(app.stop(), 'it stops');

      expect(await app.children.watched.closed).toEqual({ kind: 'shutdown' });
    });

    it('is not suspended any more once it is restarted', async () => {
      const watched = await startSupervised();
      await system.suspend(watched);

      watched.kill();

      expect(await watched.ask.incarnation()).toBe(2);
      expect(await system.inspect(watched)).toMatchObject({ suspended: false, incarnation: 2 });
    });
  });

  describe('that is looked at', () => {
    it('answers at once, whatever it is handling', async () => {
      const watched = await start();
      watched.tell.note('noted');
      watched.tell.putAside();
      await watched.ask.setTimers();
      await until(async () => (await watched.ask.seen()).includes('tick'));
      const { gate, waiting } = await startWaiting(watched);
      for (let i = 0; i < 3; i++) watched.tell.note(i);
      await until(async () => (await system.inspect(watched)).mailbox.queued === 3);

      const { host: at, handling, mailbox, ...rest } = await deadline(system.inspect(watched), 'it is looked at');

      expect(rest).toEqual({
        path: expect.stringMatching(/^watched-\d+$/) as string, incarnation: 1, status: 'running', suspended: false,
        state: { seen: ['noted', 'tick'], odd: undefined }, timers: { after: 1, every: 1, idle: true },
      });
      expect(mailbox).toMatchObject({ queued: 3, stashed: 1 });
      expect(at?.kind).toBe(host);
      expect(at?.id === 0).toBe(host === 'local');
      expect(handling).toEqual([{ handler: 'wait', sinceMs: expect.any(Number) as number }]);
      expect(handling[0]?.sinceMs).toBeGreaterThanOrEqual(0);
      gate.tell.open();
      await waiting;
      await watched.stop();
    });

    it('shows a copy of its state, with a short text for what can’t be sent', async () => {
      const watched = await start();
      const odd = async (kind: Parameters<WatchedRef['ask']['makeOdd']>[0]): Promise<unknown> => {
        await watched.ask.makeOdd(kind);
        return ((await system.inspect(watched)).state as { odd: unknown }).odd;
      };

      expect(await odd('unsendable')).toEqual({ map: '[an instance of Map]', kept: [1, '[Symbol(s)]'] });
      expect(await odd('long')).toMatch(/^(long)+ \[3934464 more characters\]$/);
      expect(await odd('changing')).toMatch(/^\[.*\]$/);
      expect((await odd('refs') as { me: WatchedRef }).me.equals(watched)).toBe(true);

      const { state } = await system.inspect(watched) as { state: { seen: unknown[] } };
      state.seen.push('by the observer');
      expect(await watched.ask.seen()).toEqual([]);
      await watched.stop();
    });
  });

  describe('that has ended', () => {
    it.each(ACTIONS)('rejects: %s', async (action) => {
      const watched = await start();
      await watched.stop();

      const failure = await failureOf(system[action](watched));

      expect(failure).toMatchObject({ name: 'ActorStoppedError', code: 'TROUPE_ACTOR_STOPPED', executed: 'no' });
      expect(failure.message).toMatch(new RegExp(`^Cannot ${action} "watched-`));
    });

    it('meanwhile, is told as ended', async () => {
      const watched = await start();
      const { gate } = await startWaiting(watched);
      const suspending = failureOf(system.suspend(watched));

      watched.kill();

      expect(await deadline(suspending, 'the wait is over')).toMatchObject({ name: 'ActorStoppedError' });
      await gate.stop();
    });
  });

  describe('that is restarting', () => {
    it('can be looked at and resumed, not suspended', async () => {
      const watched = await startSupervised(300);
      watched.kill();
      await until(async () => (await system.inspect(watched)).incarnation === 2);

      const [failure, snapshot] = await Promise.all([failureOf(system.suspend(watched)), system.inspect(watched), system.resume(watched)]);

      expect(failure).toMatchObject({ name: 'UnavailableError', code: 'TROUPE_UNAVAILABLE', message: expect.stringMatching(/^Cannot suspend/) as string });
      expect(snapshot.status).toMatch(/starting/);
      expect(await watched.ask.incarnation()).toBe(2);
      expect((await system.inspect(watched)).suspended).toBe(false);
    });

    it('meanwhile, is told as not available', async () => {
      const watched = await startSupervised();
      const { gate } = await startWaiting(watched);
      const suspending = failureOf(system.suspend(watched));

      watched.kill();

      expect(await deadline(suspending, 'the wait is over')).toMatchObject({ name: 'UnavailableError' });
      expect(await watched.ask.incarnation()).toBe(2);
      await gate.stop();
    });
  });
});

describe.each(['thread', 'process'] as const)('an actor whose host is blocked or lost (%s)', (host) => {
  let system: ActorSystem;
  beforeAll(() => { system = new TestSystem(); });
  afterAll(() => system.stop());

  it('does not answer: suspend, resume and inspect go by their own time, or are taken back', async () => {
    const watched = await system.spawn(Watched, { host });
    const gate = await system.spawn(Gate);
    watched.ask.block(gate).catch(() => undefined);
    await gate.ask.whenHeld();
    await gate.stop();
    await until(() => system.inspect(watched, { timeout: 200 }).then(() => false, () => true));

    for (const action of ACTIONS) {
      const controller = new AbortController();
      const failures = [failureOf(system[action](watched, { timeout: 20 })), failureOf(system[action](watched, { signal: controller.signal }))];
      controller.abort(new Error('changed my mind'));

      expect(await Promise.all(failures), action).toMatchObject([
        { code: 'TROUPE_ASK_TIMEOUT', where: 'unknown', message: expect.stringMatching(/: no reply within 20 ms$/) as string },
        { message: 'changed my mind' },
      ]);
    }

    const waiting = ACTIONS.map((action) => failureOf(system[action](watched)));
    watched.kill();

    const stopped = { name: 'ActorStoppedError' };
    expect(await deadline(Promise.all(waiting), 'the waits are over', 2_000)).toMatchObject([stopped, stopped, stopped]);
  });
});

describe.each(['thread', 'process'] as const)('an actor whose host is lost, and with which a supervisor goes on (%s)', (host) => {
  it('is told as restarting', async () => {
    await using kit = new TestKit();
    const { system } = kit;
    const tree = supervisor({ name: 'app', backoff: false, children: { watched: child(Watched, { host }) } });
    const { children: { watched } } = await kit.run(tree);

    const waiting = [failureOf(system.suspend(watched)), system.resume(watched), system.inspect(watched)] as const;
    await kit.loseHost(watched);

    const [suspended, , snapshot] = await Promise.all(waiting);
    expect(suspended).toMatchObject({ name: 'UnavailableError' });
    expect(snapshot).toMatchObject({ status: expect.stringMatching(/stopping|restarting/) as string, incarnation: 1, handling: [] });
    expect(await watched.ask.incarnation()).toBe(2);
  });
});

describe('system.inspect', () => {
  it('shows what runs beside messages: init, signals, timers, stop', async () => {
    const clock = new ManualClock();
    const system = new TestSystem({ clock });
    const phases: unknown[] = [];
    let own: ActorRef<object> | undefined;
    const look = async (): Promise<void> => {
      const { status, handling } = await system.inspect(own as ActorRef<object>);
      phases.push([status, ...handling.map(({ handler, sinceMs }) => `${handler} ${sinceMs}`)]);
    };
    const Slow = actor({
      name: 'slow',
      async init(_input: undefined, ctx) {
        own = ctx.self as unknown as ActorRef<object>;
        await ctx.sleep('2s');
      },
      handlers: {
        monitor(ctx, ref: WatchedRef) { ctx.monitor(ref); },
        later(ctx): void {
          ctx.after(0, (timer) => timer.sleep('2s'));
          ctx.every('1h', () => undefined);
        },
      },
      signals: { down: (ctx) => ctx.sleep('2s') },
      stop: (ctx) => ctx.sleep('2s'),
    });
    const starting = system.spawn(Slow);
    await clock.advance('1s');
    await look();
    await clock.advance('1s');
    const slow = await starting;
    const other = await system.spawn(Watched);
    await slow.ask.monitor(other);
    await other.stop();
    await clock.advance('1s');
    await look();
    await clock.advance('1s');
    await slow.ask.later();
    await clock.advance('1s');
    await look();
    await clock.advance('1s');
    const stopped = slow.stop();
    await clock.advance('1s');
    await look();
    await clock.advance('1s');
    await stopped;

    expect(phases).toEqual([
      ['starting', 'init 1000'], ['running', 'signals.down 1000'], ['running', 'after 1000'], ['stopping', 'stop 1000'],
    ]);
    await system.stop();
  });

  it('counts what waits for an actor that is restarting', async () => {
    const clock = new ManualClock();
    const system = new TestSystem({ clock });
    const tree = supervisor({ children: { watched: child(Watched) } });
    const { children: { watched } } = await run(tree, { system, log: false, signals: false });
    // The first restart is immediate, the second one is delayed.
    for (let i = 0; i < 2; i++) await failureOf(watched.ask.crash());
    for (let i = 0; i < 3; i++) watched.tell.note(i);

    const snapshot: ActorSnapshot = await system.inspect(watched);

    expect(snapshot).toEqual({
      path: expect.stringContaining('watched') as string, host: { id: 0, kind: 'local' }, incarnation: 2, status: 'restarting', suspended: false,
      state: undefined, mailbox: { queued: 3, stashed: 0, signals: 0 }, handling: [], timers: { after: 0, every: 0, idle: false },
    });
    await clock.advance('1m');
    expect(await watched.ask.seen()).toEqual([0, 1, 2]);
    await system.stop();
  });

  it.each(ACTIONS)('%s has its mistakes told', async (action) => {
    const system = new TestSystem();
    const watched = await system.spawn(Watched);
    const stranger = await spawn(Watched);

    expect(await failureOf(() => system[action](stranger))).toMatchObject({ code: 'TROUPE_INVALID_OPTION', message: expect.stringContaining('a ref of this system') as string });
    expect(await failureOf(() => system[action](null as never))).toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
    expect(await failureOf(() => system[action](watched, { timout: 5 } as never))).toMatchObject({ code: 'TROUPE_INVALID_OPTION', message: expect.stringContaining(`the options of ${action}()`) as string });
    expect(await failureOf(() => system[action](watched, { timeout: 0 }))).toMatchObject({ code: 'TROUPE_INVALID_DURATION' });
    expect(await failureOf(() => system[action](watched, { signal: AbortSignal.abort(new Error('never wanted')) }))).toMatchObject({ message: 'never wanted' });
    await stranger.stop();
    await system.stop();
  });
});
