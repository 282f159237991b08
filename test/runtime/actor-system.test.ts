import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { HostKind } from '../../index.ts';
import { actor, child, createSystem, run, supervisor } from '../../index.ts';
import { Counter } from '../support/actors/counter.ts';
import { TestKit } from '../../testing/test-kit.ts';
import { Family } from '../support/family.ts';
import type { ParentRef } from '../support/family.ts';
import { Gate } from '../support/actors/narrow.ts';
import { Parent } from '../support/actors/parent.ts';
import { SharedPlace } from '../support/shared-place.ts';
import { Subject } from '../support/actors/subject.ts';
import { expectExactAccounts } from '../support/accounts.ts';
import { deadline } from '../support/deadline.ts';

const family = new Family();

async function spawnSimulated(kit: TestKit, label: string, host: HostKind = 'local'): Promise<ParentRef> {
  return kit.spawn(Parent, { input: { file: family.file, label }, host, name: label });
}

describe('the children of an actor', () => {
  it.each(['local', 'thread', 'process'] as const)('end with it, last started first: it lives on %s', async (host) => {
    await using kit = new TestKit();
    const parent = await spawnSimulated(kit, 'top', host);
    const first = await family.add(parent, 'first');
    await family.add(parent, 'second', host === 'local' ? 'thread' : 'local');
    await family.add(first, 'grandchild');

    await parent.stop();

    expect(family.ends()).toEqual(['top normal', 'top/second shutdown', 'top/first shutdown', 'top/first/grandchild shutdown']);
    expect(await deadline(first.closed, 'the child is closed')).toEqual({ kind: 'shutdown' });
  });

  it('end when it is lost with its host, wherever they live', async () => {
    await using kit = new TestKit();
    const parent = await spawnSimulated(kit, 'top', 'thread');
    const near = await family.add(parent, 'near');
    const far = await family.add(parent, 'far', 'process');

    await kit.loseHost(parent);

    expect(await parent.closed).toMatchObject({ kind: 'host_down', signal: 'SIGKILL' });
    expect(await near.closed).toMatchObject({ kind: 'host_down' });
    expect(await far.closed).toEqual({ kind: 'shutdown' });
    expect(family.ends()).toEqual(['top/far shutdown']);
  });

  it('end when it is lost with a real host', async () => {
    const parent = await family.spawnParent('top', 'thread');
    const near = await family.add(parent, 'near');

    await expect(parent.ask.exit()).rejects.toMatchObject({ name: 'HostDownError' });

    expect(await parent.closed).toMatchObject({ kind: 'host_down', code: 0 });
    expect(await near.closed).toMatchObject({ kind: 'host_down' });
    expect(family.ends()).toEqual([]);
  });

  it('are told of when exits are trapped, and only then', async () => {
    await using kit = new TestKit();
    const parent = await spawnSimulated(kit, 'top');
    await (await family.add(parent, 'quiet')).stop();
    await parent.ask.trap();
    const loud = await family.add(parent, 'loud', 'thread');

    await expect(loud.ask.crash()).rejects.toThrow();

    expect(await family.told(parent, 1)).toEqual(['ActorRef(parent top/loud) exit: error']);
  });
});

describe('a monitor', () => {
  it.each(['local', 'thread'] as const)('is told once of an end, of one on another host as well: from %s', async (host) => {
    await using kit = new TestKit();
    const parent = await spawnSimulated(kit, 'watcher', host);
    const watched = await spawnSimulated(kit, 'watched', 'process');
    await parent.ask.monitor(watched);
    await watched.stop();

    expect(await family.told(parent, 1)).toEqual(['ActorRef(parent watched) down: normal']);
  });

  it('is told of an actor that has ended before, and of nothing once it is taken back', async () => {
    const parent = await family.spawnParent('watcher');
    const gone = await family.spawnParent('gone');
    const other = await family.spawnParent('other');
    await gone.stop();
    await parent.ask.monitor(other);
    await parent.ask.demonitor(other);
    await other.stop();

    await parent.ask.monitor(gone);

    expect(await family.told(parent, 1)).toHaveLength(1);
    expect((await parent.ask.told())[0]).toContain('down: normal');
  });

  it('tells of every incarnation, until it is taken back', async () => {
    const app = await run(supervisor({ backoff: false, children: { p: child(Parent, { input: { file: family.file, label: 'p' } }) } }), { system: family.system, log: false, signals: false });
    const parent = await family.spawnParent('watcher');
    await parent.ask.monitor(app.children.p);

    for (let i = 1; i <= 2; i++) {
      await expect(app.children.p.ask.crash()).rejects.toThrow();
      await family.told(parent, i);
    }
    await expect(app.children.p.ask.crash()).rejects.toThrow();
    await parent.ask.demonitor(app.children.p);
    await app.stop();

    expect((await parent.ask.told()).length).toBeLessThanOrEqual(3);
  });

  it('says whether the actor is started again', async () => {
    const app = await run(supervisor({ children: { p: child(Parent, { input: { file: family.file, label: 'p' } }) } }), { system: family.system, log: false, signals: false });
    const parent = await family.spawnParent('watcher');
    await parent.ask.monitor(app.children.p);

    await expect(app.children.p.ask.crash()).rejects.toThrow();

    expect(await family.told(parent, 1)).toEqual(['ActorRef(parent app-1/p) down: error, restarting']);
  });
});

describe('a ref', () => {
  it('prints what it addresses, is no promise, and is one object per actor and thread', async () => {
    const counter = await family.system.spawn(Counter, { input: { start: 0 }, name: 'visits' });

    expect(inspect(counter)).toBe('ActorRef(counter visits)');
    expect(String(counter)).toBe('ActorRef(counter visits)');
    expect(await Promise.resolve(counter)).toBe(counter);
    expect(inspect(counter.ask)).toBe('counter.ask { increment, value, slow, watch }');
    expect(counter.with({ timeout: 5 }).equals(counter)).toBe(true);
  });

  it('of another system is refused, at once', async () => {
    await using other = createSystem();
    const parent = await family.spawnParent('here');
    const stranger = await other.spawn(Counter, { input: { start: 0 } });

    expect(() => parent.tell.monitor(stranger)).toThrow('a ref of another system');
  });
});

const Waiting = actor(import.meta, {
  name: 'waiting',
  init: () => ({}),
  handlers: {
    forEver: (ctx): Promise<void> => ctx.later<void>().promise,
    tooLate(ctx): Promise<void> {
      const later = ctx.later<void>();
      ctx.after(1_000, () => later.resolve());
      return later.promise;
    },
  },
});

describe('an answer for later', () => {
  it.each(['local', 'thread', 'process'] as const)('is no longer under way when nobody waits for it any more: on %s', async (host) => {
    await using kit = new TestKit();
    const waiting = await kit.spawn(Waiting, { host });
    const controller = new AbortController();
    const asked = [waiting.with({ timeout: 10 }).ask.forEver(), waiting.with({ timeout: Infinity, signal: controller.signal }).ask.forEver()];
    const ends = Promise.allSettled(asked);
    await kit.idle();
    const { handling } = await kit.clock.until(kit.system.inspect(waiting));

    controller.abort();
    await kit.clock.until(ends);
    await kit.clock.advance('1s');

    expect(handling).toHaveLength(2);
    expect(await kit.clock.until(kit.system.inspect(waiting))).toMatchObject({ handling: [] });
    await kit.clock.until(expectExactAccounts(kit.system));
  });
});

describe('an answer for later that comes too late', () => {
  it.each(['local', 'thread'] as const)('is counted, once: on %s', async (host) => {
    await using kit = new TestKit();
    const waiting = await kit.spawn(Waiting, { host });
    const end = waiting.with({ timeout: 10 }).ask.tooLate().catch(() => undefined);

    await kit.clock.advance('2s');
    await end;

    expect(kit.events.filter(({ name }) => name === 'late_reply')).toHaveLength(1);
  });
});

describe('a title', () => {
  it('is what actors are called that have no name of their own', async () => {
    await using system = createSystem();
    const Titled = actor({ name: 'parts(engine,wheel)', title: 'part', init: () => ({}), handlers: { path: (ctx) => ctx.name } });

    expect(await (await system.spawn(Titled)).ask.path()).toBe('part-1');
    expect(await (await system.spawn(Titled, { name: 'mine' })).ask.path()).toBe('mine');
  });
});

describe('a name', () => {
  it('is taken as long as its actor lives', async () => {
    const first = await family.spawnParent('one');
    await expect(family.spawnParent('one')).rejects.toMatchObject({ code: 'TROUPE_NAME_TAKEN' });

    await first.stop();

    await expect(family.spawnParent('one')).resolves.toBeDefined();
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
    const spy = await family.system.spawn(Spy);

    await storage.run('the caller’s', () => spy.ask.look());

    expect(seen).toEqual([undefined]);
  });

  it('know after an await which actor they belong to', async () => {
    const parent = await family.spawnParent('top');
    const children = await Promise.all(['a', 'b', 'c'].map((label) => parent.with({ timeout: '5s' }).ask.addFreely(label)));

    expect(await Promise.all(children.map((each) => (each as ParentRef).ask.path()))).toEqual(['top/a', 'top/b', 'top/c']);
  });
});

describe('isMain', () => {
  it('is false here, in a test', async () => {
    expect(await (await family.spawnParent('here')).ask.isMain()).toBe(false);
  });
});

describe.each(['thread', 'process'] as const)('on a real %s', (host) => {
  const place = new SharedPlace(host);
  const spawnParent = (label: string): Promise<ParentRef> => (
    place.system.spawn(Parent, { input: { file: family.file, label }, host: place.host, name: label })
  );

  it('children end with their parent, last started first', async () => {
    const parent = await spawnParent('top');
    await family.add(parent, 'first');
    await family.add(parent, 'second');

    await parent.stop();

    expect(family.ends()).toEqual(['top normal', 'top/second shutdown', 'top/first shutdown']);
  });

  it('children are spawned by the free function, too, when it is called in a handler', async () => {
    const parent = await spawnParent('top');

    const freely = await parent.ask.addFreely('free') as ParentRef;

    expect(await freely.ask.path()).toBe('top/free');
    await parent.stop();
  });

  it('a monitor is told once of an end', async () => {
    const watcher = await spawnParent('watcher');
    const watched = await place.system.spawn(Parent, { input: { file: family.file, label: 'watched' }, name: 'watched' });
    await watcher.ask.monitor(watched);
    await watched.stop();

    expect(await family.told(watcher, 1)).toEqual(['ActorRef(parent watched) down: normal']);
    await watcher.stop();
  });

  it('isMain is false', async () => {
    const parent = await spawnParent('top');

    expect(await parent.ask.isMain()).toBe(false);
    await parent.stop();
  });

  it('many long messages in one turn arrive', async () => {
    const subject = await place.system.spawn(Subject, { input: { label: 's' }, host: place.host });
    const part = Buffer.alloc(2 ** 20);

    for (let i = 0; i < 50; i++) subject.tell.note(part);

    expect(await subject.with({ timeout: '20s' }).ask.noteAndCount('last')).toBe(51);
    await subject.stop();
  });

  it('a late reply is counted, and vanishes', async () => {
    const subject = await place.system.spawn(Subject, { input: { label: 's' }, host: place.host });
    const late = new Promise<{ count: number }>((resolve) => { place.system.events.on('late_reply', resolve); });

    // It sees the abort, and answers all the same.
    await expect(subject.with({ timeout: 20 }).ask.heed()).rejects.toMatchObject({ name: 'AskTimeoutError' });

    expect(await deadline(late, 'the late reply is counted')).toEqual({ count: 1 });
    await subject.stop();
  });
});

describe('a system', () => {
  it.each(['thread', 'process'] as const)('asks no longer than it is told to for the account of a %s that blocks', async (host) => {
    await using system = createSystem();
    const gate = await system.spawn(Gate);
    const subject = await system.spawn(Subject, { input: { label: 'busy' }, host });
    const spinning = subject.with({ timeout: '30s' }).ask.spin(gate).catch((error: unknown) => error);
    // Until it is in its loop it answers.
    const askOn = async (): Promise<never> => { for (;;) await system.accounts({ timeout: 50 }); };

    await expect(askOn()).rejects.toMatchObject({ name: 'AskTimeoutError', where: 'unknown' });
    await expect(system.accounts({ signal: AbortSignal.abort(new Error('never mind')) })).rejects.toThrow('never mind');

    subject.kill();
    await spinning;
    await expectExactAccounts(system);
  });

  it('keeps an exact account', async () => {
    await using kit = new TestKit();
    const counter = await kit.spawn(Counter, { input: { start: 0 }, host: 'thread' });
    for (let i = 0; i < 100; i++) counter.tell.increment();
    await counter.ask.value();
    await counter.stop();
    counter.tell.increment();
    await expect(counter.ask.value()).rejects.toThrow();

    await kit.clock.until(kit.system.stop());

    const { sent, handled, rejected, deadLetters, queued } = kit.system.account;
    expect({ sent, handled, rejected, deadLetters, queued }).toEqual({ sent: 103, handled: 101, rejected: 1, deadLetters: 1, queued: 0 });
  });

  it('counts a late reply, and lets it vanish', async () => {
    const subject = await family.system.spawn(Subject, { input: { label: 's' } });
    const late = new Promise<{ count: number }>((resolve) => { family.system.events.on('late_reply', resolve); });

    // It sees the abort, and answers all the same.
    await expect(subject.with({ timeout: 20 }).ask.heed()).rejects.toMatchObject({ name: 'AskTimeoutError' });

    expect(await deadline(late, 'the late reply is counted')).toEqual({ count: 1 });
  });
});
