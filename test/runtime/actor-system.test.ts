import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActorSystem, HostKind, RefOf } from '../../index.ts';
import { actor, child, createSystem, run, supervisor } from '../../index.ts';
import { Counter } from '../support/actors/counter.ts';
import { Hostile, NeverReady } from '../support/actors/hostile.ts';
import { ManualClock } from '../../testing/index.ts';
import { Parent } from '../support/actors/parent.ts';
import { Subject } from '../support/actors/subject.ts';
import { deadline } from '../support/deadline.ts';

type ParentRef = RefOf<typeof Parent>;

let folder: string;
let file: string;
let system: ActorSystem;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'troupe-'));
  file = join(folder, 'ends.txt');
  system = createSystem();
});
afterEach(async () => {
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
});

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

const ends = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []);
const spawnParent = (label: string, host: HostKind = 'local'): Promise<ParentRef> =>
  system.spawn(Parent, { input: { file, label }, host, name: label });
const add = async (parent: ParentRef, label: string, host: HostKind = 'local'): Promise<ParentRef> =>
  await parent.with({ timeout: '20s' }).ask.add(label, host) as ParentRef;

/** Asks until it says what it should: what the runtime tells an actor comes when it comes. */
async function told(parent: ParentRef, count: number): Promise<string[]> {
  for (let tries = 0; tries < 500; tries++) {
    const all = await parent.ask.told();
    if (all.length >= count) return all;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`told too little: ${(await parent.ask.told()).join(', ')}`);
}

describe('the children of an actor', () => {
  it.each(['local', 'thread', 'process'] as const)('end with it, last started first: it lives on %s', async (host) => {
    const parent = await spawnParent('top', host);
    const first = await add(parent, 'first');
    await add(parent, 'second', host === 'local' ? 'thread' : 'local');
    await add(first, 'grandchild');

    await parent.stop();

    expect(ends()).toEqual(['top normal', 'top/second shutdown', 'top/first shutdown', 'top/first/grandchild shutdown']);
    expect(await deadline(first.closed, 'the child is closed')).toEqual({ kind: 'shutdown' });
  });

  it('end when it is lost with its host, wherever they live', async () => {
    const parent = await spawnParent('top', 'thread');
    const near = await add(parent, 'near');
    const far = await add(parent, 'far', 'process');

    await expect(parent.ask.exit()).rejects.toMatchObject({ name: 'HostDownError' });

    expect(await parent.closed).toMatchObject({ kind: 'host_down', code: 0 });
    expect(await near.closed).toMatchObject({ kind: 'host_down' });
    expect(await far.closed).toEqual({ kind: 'shutdown' });
    expect(ends()).toEqual(['top/far shutdown']);
  });

  it('are spawned by the free function, too, when it is called in a handler', async () => {
    const parent = await spawnParent('top', 'thread');

    const freely = await parent.ask.addFreely('free') as ParentRef;

    expect(await freely.ask.path()).toBe('top/free');
  });

  it('are told of when exits are trapped, and only then', async () => {
    const parent = await spawnParent('top');
    await (await add(parent, 'quiet')).stop();
    await parent.ask.trap();
    const loud = await add(parent, 'loud', 'thread');

    await expect(loud.ask.crash()).rejects.toThrow();

    expect(await told(parent, 1)).toEqual(['ActorRef(parent top/loud) exit: error']);
  });
});

describe('a monitor', () => {
  it.each(['local', 'thread'] as const)('is told once of an end, of one on another host as well: from %s', async (host) => {
    const parent = await spawnParent('watcher', host);
    const watched = await spawnParent('watched', 'process');
    await parent.ask.monitor(watched);
    await watched.stop();

    expect(await told(parent, 1)).toEqual(['ActorRef(parent watched) down: normal']);
  });

  it('is told of an actor that has ended before, and of nothing once it is taken back', async () => {
    const parent = await spawnParent('watcher');
    const gone = await spawnParent('gone');
    const other = await spawnParent('other');
    await gone.stop();
    await parent.ask.monitor(other);
    await parent.ask.demonitor(other);
    await other.stop();

    await parent.ask.monitor(gone);

    expect(await told(parent, 1)).toHaveLength(1);
    expect((await parent.ask.told())[0]).toContain('down: normal');
  });

  it('tells of every incarnation, until it is taken back', async () => {
    const app = await run(supervisor({ backoff: false, children: { p: child(Parent, { input: { file, label: 'p' } }) } }), { system, log: false, signals: false });
    const parent = await spawnParent('watcher');
    await parent.ask.monitor(app.children.p);

    for (let i = 1; i <= 2; i++) {
      await expect(app.children.p.ask.crash()).rejects.toThrow();
      await told(parent, i);
    }
    await expect(app.children.p.ask.crash()).rejects.toThrow();
    await parent.ask.demonitor(app.children.p);
    await app.stop();

    expect((await parent.ask.told()).length).toBeLessThanOrEqual(3);
  });

  it('says whether the actor is started again', async () => {
    const app = await run(supervisor({ children: { p: child(Parent, { input: { file, label: 'p' } }) } }), { system, log: false, signals: false });
    const parent = await spawnParent('watcher');
    await parent.ask.monitor(app.children.p);

    await expect(app.children.p.ask.crash()).rejects.toThrow();

    expect(await told(parent, 1)).toEqual(['ActorRef(parent app-1/p) down: error, restarting']);
  });
});

describe('a failure outside of a handler', () => {
  it.each(['thread', 'process'] as const)('is the actor’s whose asynchronous handler began it, on a %s', async (host) => {
    const parent = await spawnParent('top', host);
    const guilty = await add(parent, 'guilty');
    const innocent = await add(parent, 'innocent');

    await expect(guilty.ask.crashInTimerLater()).rejects.toMatchObject({ name: 'ActorCrashedError', cause: { message: 'thrown in a timer' } });

    expect(await guilty.closed).toMatchObject({ kind: 'error' });
    expect(await innocent.ask.path()).toBe('top/innocent');
  });

  it('is its host’s when nobody can be blamed', async () => {
    const parent = await spawnParent('top', 'thread');

    await parent.ask.crashInTimer();

    expect(await deadline(parent.closed, 'the host is lost')).toMatchObject({
      kind: 'host_down', code: 1, error: { message: 'thrown in a timer' },
    });
  });
});

describe('an actor that does its worst', () => {
  it.each(['local', 'thread'] as const)('harms nobody but itself, with what it throws or returns: on %s', async (host) => {
    const attacks = [
      (ref: RefOf<typeof Hostile>) => ref.ask.throwUnreadable(),
      (ref: RefOf<typeof Hostile>) => ref.ask.throwProxy(),
      (ref: RefOf<typeof Hostile>) => ref.ask.returnUnreadable(),
    ];
    const bystander = await system.spawn(Hostile, { host });
    const hostiles = await Promise.all(attacks.map(() => system.spawn(Hostile, { host })));

    const outcomes = hostiles.map(async (hostile, i) => {
      return await attacks[i]?.(hostile).then(() => 'answered', (error: Error) => error.name);
    });

    expect(await deadline(Promise.all(outcomes), 'all asks settle')).toEqual(Array.from(attacks, () => 'ActorCrashedError'));
    expect(await bystander.ask.echo('alive')).toBe('alive');
  });

  it('keeps no timer from its turn, however fast it answers', async () => {
    const hostile = await system.spawn(Hostile);
    const asks = AbortSignal.timeout(20);
    while (!asks.aborted) await hostile.ask.echo('again');

    const items = AbortSignal.timeout(20);
    for await (const _ of hostile.ask.forever()) if (items.aborted) break;

    expect([asks.aborted, items.aborted]).toEqual([true, true]);
  });

  it.each(['local', 'thread'] as const)('answers the message in which it ends itself: on %s', async (host) => {
    const hostile = await system.spawn(Hostile, { host });

    expect(await hostile.ask.endThenAnswer()).toBe(1);
    expect(await hostile.closed).toEqual({ kind: 'normal' });
  });

  it('leaves no ask open when it kills itself in it', async () => {
    const hostile = await system.spawn(Hostile);

    await expect(hostile.with({ timeout: '1h' }).ask.killItself()).rejects.toMatchObject({ name: 'ActorStoppedError', executed: 'maybe' });
  });

  it.each(['local', 'thread'] as const)('leaves nothing behind of a start that comes to no end: on %s', async (host) => {
    await expect(system.spawn(NeverReady, { input: { file }, host, timeout: '3s', name: 'n' })).rejects.toMatchObject({ code: 'TROUPE_START_TIMEOUT' });

    expect(ends()).toEqual(['n/child shutdown']);
  });

  it('has 5 s for its cleanup when it ends itself', async () => {
    const clock = new ManualClock();
    await using own = createSystem({ clock });
    const Hanging = actor({ init: () => null, handlers: { end(ctx) { ctx.stop(); } }, stop: () => new Promise<void>(() => undefined) });
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
    const peer = await system.spawn(Peer);
    await (await system.spawn(Late)).with({ timeout: 30 }).ask.begin(peer);

    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(asked[0]).not.toBeNaN();
  });
});

describe('a monitor of an actor that is lost with its host', () => {
  it('is told like any other', async () => {
    const watcher = await spawnParent('watcher');
    const top = await spawnParent('top', 'thread');
    const inner = await add(top, 'inner');
    await watcher.ask.monitor(top);
    await watcher.ask.monitor(inner);

    await expect(top.ask.exit()).rejects.toThrow();

    expect((await told(watcher, 2)).toSorted()).toEqual(['ActorRef(parent top) down: host_down', 'ActorRef(parent top/inner) down: host_down']);
  });
});

describe('a listener that throws', () => {
  it('stops nothing: what it threw is the program’s', async () => {
    const thrown = new Promise<unknown>((resolve) => { uncaught.push(resolve); });
    system.events.on('crashed', () => { throw new Error('a listener of the user’s'); });
    const parent = await spawnParent('top', 'thread');
    const other = await spawnParent('other');

    await expect(parent.ask.crash()).rejects.toMatchObject({ name: 'ActorCrashedError' });

    expect(await deadline(thrown, 'it is thrown')).toMatchObject({ message: 'a listener of the user’s' });
    expect(await parent.closed).toMatchObject({ kind: 'error', error: { message: 'crash on request' } });
    expect(await other.ask.path()).toBe('other');
  });
});

describe('a process that gets SIGTERM', () => {
  it('lets its actors stop, then dies by it: one event for their supervisor', async () => {
    const restarts: unknown[] = [];
    system.events.on('restarting', ({ reason }) => restarts.push(reason));
    const tree = supervisor({ children: { p: child(Parent, { input: { file, label: 'p' }, host: 'process', restart: 'transient' }) } });
    const app = await run(tree, { system, log: false, signals: false });
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
    expect(ends()).toEqual(['app-1/p shutdown']);
  });
});

describe('an aborted start', () => {
  it('rejects with the reason when nothing is left of it', async () => {
    const controller = new AbortController();
    const started = system.spawn(Parent, { input: { file, label: 'p' }, host: 'process', name: 'p', signal: controller.signal });

    controller.abort(new Error('changed my mind'));

    await expect(started).rejects.toThrow('changed my mind');
    await expect(spawnParent('p')).resolves.toBeDefined();
  });
});

describe('many long messages in one turn', () => {
  it('arrive', async () => {
    const subject = await system.spawn(Subject, { input: { label: 's' }, host: 'process' });
    const part = Buffer.alloc(2 ** 20);

    for (let i = 0; i < 50; i++) subject.tell.note(part);

    expect(await subject.with({ timeout: '20s' }).ask.noteAndCount('last')).toBe(51);
  });
});

describe('a ref', () => {
  it('prints what it addresses, is no promise, and is one object per actor and thread', async () => {
    const counter = await system.spawn(Counter, { input: { start: 0 }, name: 'visits' });

    expect(inspect(counter)).toBe('ActorRef(counter visits)');
    expect(String(counter)).toBe('ActorRef(counter visits)');
    expect(await Promise.resolve(counter)).toBe(counter);
    expect(inspect(counter.ask)).toBe('counter.ask { increment, value, slow, watch }');
    expect(counter.with({ timeout: 5 }).equals(counter)).toBe(true);
  });

  it('of another system is refused, at once', async () => {
    await using other = createSystem();
    const parent = await spawnParent('here');
    const stranger = await other.spawn(Counter, { input: { start: 0 } });

    expect(() => parent.tell.monitor(stranger)).toThrow('a ref of another system');
  });
});

describe('a name', () => {
  it('is taken as long as its actor lives', async () => {
    const first = await spawnParent('one');
    await expect(spawnParent('one')).rejects.toMatchObject({ code: 'TROUPE_NAME_TAKEN' });

    await first.stop();

    await expect(spawnParent('one')).resolves.toBeDefined();
  });
});

describe('handlers and async contexts', () => {
  it('see nothing of the context of whoever happened to begin the turn', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const Spy = actor({
      name: 'spy',
      init: () => null,
      handlers: { look() { seen.push(storage.getStore()); } },
    });
    const spy = await system.spawn(Spy);

    await storage.run('the caller’s', () => spy.ask.look());

    expect(seen).toEqual([undefined]);
  });

  it('know after an await which actor they belong to', async () => {
    const parent = await spawnParent('top');
    const children = await Promise.all(['a', 'b', 'c'].map((label) => parent.with({ timeout: '5s' }).ask.addFreely(label)));

    expect(await Promise.all(children.map((each) => (each as ParentRef).ask.path()))).toEqual(['top/a', 'top/b', 'top/c']);
  });
});

describe('isMain', () => {
  it('is false here, in a test, and in every host', async () => {
    for (const host of ['local', 'thread', 'process'] as const) {
      expect(await (await spawnParent(host, host)).ask.isMain()).toBe(false);
    }
  });
});

describe('a system', () => {
  it('keeps an exact account', async () => {
    const counter = await system.spawn(Counter, { input: { start: 0 }, host: 'thread' });
    for (let i = 0; i < 100; i++) counter.tell.increment();
    await counter.ask.value();
    await counter.stop();
    counter.tell.increment();
    await expect(counter.ask.value()).rejects.toThrow();

    await system.stop();

    const { sent, handled, rejected, deadLetters, queued } = system.account;
    expect({ sent, handled, rejected, deadLetters, queued }).toEqual({ sent: 103, handled: 101, rejected: 1, deadLetters: 1, queued: 0 });
  });

  it.each(['local', 'thread'] as const)('counts a late reply, and lets it vanish: from %s', async (host) => {
    const subject = await system.spawn(Subject, { input: { label: 's' }, host });
    const late = new Promise<{ count: number }>((resolve) => { system.events.on('late_reply', resolve); });

    // It sees the abort, and answers all the same.
    await expect(subject.with({ timeout: 20 }).ask.heed()).rejects.toMatchObject({ name: 'AskTimeoutError' });

    expect(await deadline(late, 'the late reply is counted')).toEqual({ count: 1 });
  });
});
