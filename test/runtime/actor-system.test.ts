import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { actor, child, createSystem, run, supervisor } from '../../index.ts';
import { Counter } from '../support/actors/counter.ts';
import { Family } from '../support/family.ts';
import type { ParentRef } from '../support/family.ts';
import { Gate } from '../support/actors/narrow.ts';
import { Parent } from '../support/actors/parent.ts';
import { Subject } from '../support/actors/subject.ts';
import { expectExactAccounts } from '../support/accounts.ts';
import { deadline } from '../support/deadline.ts';

const family = new Family();

describe('the children of an actor', () => {
  it.each(['local', 'thread', 'process'] as const)('end with it, last started first: it lives on %s', async (host) => {
    const parent = await family.spawnParent('top', host);
    const first = await family.add(parent, 'first');
    await family.add(parent, 'second', host === 'local' ? 'thread' : 'local');
    await family.add(first, 'grandchild');

    await parent.stop();

    expect(family.ends()).toEqual(['top normal', 'top/second shutdown', 'top/first shutdown', 'top/first/grandchild shutdown']);
    expect(await deadline(first.closed, 'the child is closed')).toEqual({ kind: 'shutdown' });
  });

  it('end when it is lost with its host, wherever they live', async () => {
    const parent = await family.spawnParent('top', 'thread');
    const near = await family.add(parent, 'near');
    const far = await family.add(parent, 'far', 'process');

    await expect(parent.ask.exit()).rejects.toMatchObject({ name: 'HostDownError' });

    expect(await parent.closed).toMatchObject({ kind: 'host_down', code: 0 });
    expect(await near.closed).toMatchObject({ kind: 'host_down' });
    expect(await far.closed).toEqual({ kind: 'shutdown' });
    expect(family.ends()).toEqual(['top/far shutdown']);
  });

  it('are spawned by the free function, too, when it is called in a handler', async () => {
    const parent = await family.spawnParent('top', 'thread');

    const freely = await parent.ask.addFreely('free') as ParentRef;

    expect(await freely.ask.path()).toBe('top/free');
  });

  it('are told of when exits are trapped, and only then', async () => {
    const parent = await family.spawnParent('top');
    await (await family.add(parent, 'quiet')).stop();
    await parent.ask.trap();
    const loud = await family.add(parent, 'loud', 'thread');

    await expect(loud.ask.crash()).rejects.toThrow();

    expect(await family.told(parent, 1)).toEqual(['ActorRef(parent top/loud) exit: error']);
  });
});

describe('a monitor', () => {
  it.each(['local', 'thread'] as const)('is told once of an end, of one on another host as well: from %s', async (host) => {
    const parent = await family.spawnParent('watcher', host);
    const watched = await family.spawnParent('watched', 'process');
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

describe('many long messages in one turn', () => {
  it('arrive', async () => {
    const subject = await family.system.spawn(Subject, { input: { label: 's' }, host: 'process' });
    const part = Buffer.alloc(2 ** 20);

    for (let i = 0; i < 50; i++) subject.tell.note(part);

    expect(await subject.with({ timeout: '20s' }).ask.noteAndCount('last')).toBe(51);
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
  it('is false here, in a test, and in every host', async () => {
    for (const host of ['local', 'thread', 'process'] as const) {
      expect(await (await family.spawnParent(host, host)).ask.isMain()).toBe(false);
    }
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
    const counter = await family.system.spawn(Counter, { input: { start: 0 }, host: 'thread' });
    for (let i = 0; i < 100; i++) counter.tell.increment();
    await counter.ask.value();
    await counter.stop();
    counter.tell.increment();
    await expect(counter.ask.value()).rejects.toThrow();

    await family.system.stop();

    const { sent, handled, rejected, deadLetters, queued } = family.system.account;
    expect({ sent, handled, rejected, deadLetters, queued }).toEqual({ sent: 103, handled: 101, rejected: 1, deadLetters: 1, queued: 0 });
  });

  it.each(['local', 'thread'] as const)('counts a late reply, and lets it vanish: from %s', async (host) => {
    const subject = await family.system.spawn(Subject, { input: { label: 's' }, host });
    const late = new Promise<{ count: number }>((resolve) => { family.system.events.on('late_reply', resolve); });

    // It sees the abort, and answers all the same.
    await expect(subject.with({ timeout: 20 }).ask.heed()).rejects.toMatchObject({ name: 'AskTimeoutError' });

    expect(await deadline(late, 'the late reply is counted')).toEqual({ count: 1 });
  });
});
