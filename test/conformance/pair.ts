import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActorSystem, HostKind, HostSet, RefOf } from '../../index.ts';
import { child, run, supervisor } from '../../index.ts';
import { Driver } from './driver.ts';
import { Door } from '../support/actors/door.ts';
import { Ticker } from '../support/actors/ticker.ts';
import { DroppingNewest, DroppingOldest, Gate, Rejecting } from '../support/actors/narrow.ts';
import { LowWater, Parallel, Subject } from '../support/actors/subject.ts';
import { UNSENDABLE, VALUES } from '../support/values.ts';
import { expectExactAccounts } from '../support/accounts.ts';
import { TestSystem } from '../support/test-system.ts';
import { saves } from './saves.ts';
import { ties } from './ties.ts';
import { deadline } from '../support/deadline.ts';
import { failureOf } from '../support/failure-of.ts';
import { until } from '../support/until.ts';

/** Where the two sides of every expectation live. */
export interface Pair {
  readonly sender: HostKind;
  readonly receiver: HostKind;
  /** How messages pass where both are in one thread. */
  readonly messages?: 'checked' | 'copied';
}

type DriverRef = RefOf<typeof Driver>;

/** The one host of a side, where all live that may: who ends a host has one of its own. */
export type Side = HostSet | 'local';

/** What is promised, from one place to another: the same expectations on every pair of hosts. */
export function conformance({ sender, receiver, messages = 'checked' }: Pair): void {
  describe(`from ${sender} to ${receiver}${messages === 'copied' ? ', copied' : ''}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-'));
    let system: ActorSystem;
    let here: Side;
    let there: Side;
    let driver: DriverRef;
    let subject: RefOf<typeof Subject>;
    /** Restarted whenever it crashes, or ends its host. */
    let supervised: RefOf<typeof Subject>;
    /** The same, three messages at a time. */
    let parallel: RefOf<typeof Parallel>;
    let door: RefOf<typeof Door>;
    let ticker: RefOf<typeof Ticker>;
    /** Has ended. */
    let gone: RefOf<typeof Subject>;

    beforeAll(async () => {
      system = new TestSystem({ messages });
      [here, there] = await Promise.all([sideOf(sender), sideOf(receiver)]);
      driver = (await system.spawn(Driver, { host: here })).with({ timeout: '30s' });
      [subject, gone] = await Promise.all([spawnSubject('shared'), spawnSubject('gone')]);
      const tree = supervisor({
        backoff: false,
        intensity: { restarts: 100, within: '1m' },
        children: {
          subject: child(Subject, { input: { label: 'supervised' }, host: receiver }),
          parallel: child(Parallel, { input: { label: 'parallel' }, host: there }),
          door: child(Door, { host: there }),
          ticker: child(Ticker, { host: there }),
        },
      });
      const app = await run(tree, { system, log: false, signals: false });
      supervised = app.children.subject;
      parallel = app.children.parallel;
      door = app.children.door;
      ticker = app.children.ticker;
      await gone.stop();
    });
    afterAll(async () => {
      rmSync(folder, { recursive: true, force: true });
      await system.stop();
      expect(system.account.queued).toBe(0);
    });
    afterEach(() => expectExactAccounts(system));
    beforeEach(async () => { await subject.ask.reset(); });

    const sideOf = async (kind: HostKind): Promise<Side> => kind === 'local' ? kind : system.hosts({ kind, size: 1 });
    const spawnSubject = (label: string, host: HostKind | Side = there): Promise<RefOf<typeof Subject>> =>
      system.spawn(Subject, { input: { label }, host });

    ties(() => ({ system, here, there }), sender, receiver);

    describe('one message at a time', () => {
      it('lets no other message in while a handler waits', async () => {
        await driver.ask.workAtOnce(subject, 20);

        expect((await subject.ask.statistics()).mostRunning).toBe(1);
      });

      it('runs as many at once as concurrency says', async () => {
        expect(await driver.ask.workInParallel(parallel, 12)).toBe(3);
      });

      it('goes on with other messages while a generator streams', async () => {
        expect(await driver.ask.askWhileStreaming(subject)).toEqual(['during 1', 'during 2', 'during 3']);
      });

      it('releases the mailbox of a handler that answers later', async () => {
        const answers = await driver.ask.later(subject);

        expect(answers.slice(0, 4)).toEqual(['free meanwhile', 'released', 'free meanwhile', 'released']);
        expect(answers[4]).toMatchObject({ message: 'no' });
        expect(await subject.ask.incarnation()).toBe(1);
      });
    });

    describe('order', () => {
      it('is kept from one sender to one receiver, tells and asks together', async () => {
        const count = 2_000;
        const replies = await driver.ask.sendInOrder(subject, count);

        const seen = await subject.ask.seen();
        expect(seen).toEqual(Array.from({ length: count }, (_, i) => i));
        expect(replies).toEqual([...replies].toSorted((a, b) => a - b));
      });

      it('handles what was sent before a stop, and nothing that was sent after it', async () => {
        const stopped = await driver.ask.stopInOrder(await spawnSubject('to stop'));

        expect(stopped).toMatchObject({
          before: 1, slow: 5, closed: { kind: 'normal' },
          behind: { name: 'ActorStoppedError', executed: 'no' },
          after: { code: 'TROUPE_ACTOR_STOPPED', executed: 'no' },
        });
      });
    });

    describe('a tell', () => {
      it('is a dead letter when its receiver has ended, and says so to nobody but the event stream', async () => {
        const letters: unknown[] = [];
        const heard = new Promise<void>((resolve) => {
          system.events.on('dead_letter', (letter) => {
            letters.push(letter);
            resolve();
          });
        });

        expect(await driver.ask.tell(gone, 'hello?')).toBe(true);

        await deadline(heard, 'the dead letter is heard of');
        expect(letters).toMatchObject([{ handler: 'note', reason: 'stopped', count: 1, maybeExecuted: 0 }]);
      });

      it('returns false above the high-water mark, loses nothing, and has room again when drained', async () => {
        await using slow = await system.spawn(LowWater, { host: there });

        expect(await driver.ask.flood(slow, 500)).toEqual({ firstFalse: 10, again: true, handled: 501 });
      });
    });

    describe('backpressure', () => {
      it('is not held up by one message that is answered late', async () => {
        expect(await driver.ask.floodBehindLater(subject, 3_000)).toEqual({ wasFull: true, again: true, answer: 'released' });
      });
    });

    describe('a full mailbox', () => {
      it.each([
        { policy: 'refuses one more', definition: Rejecting, noted: [1, 2, 3], lost: 'fifth', reason: 'mailbox_full' },
        { policy: 'drops the newest', definition: DroppingNewest, noted: [1, 2, 3], lost: 'fifth', reason: 'dropped' },
        { policy: 'drops the oldest', definition: DroppingOldest, noted: [3, 4, 5], lost: 'second', reason: 'dropped' },
      ] as const)('$policy, says so, and never drops a signal', async ({ definition, noted, lost, reason }) => {
        const told: unknown[] = [];
        const ends = [
          system.events.on('dead_letter', ({ handler, count, reason: why, maybeExecuted }) => told.push({ handler, count, why, maybeExecuted })),
          system.events.on('overload', ({ at, limit, waiting }) => { if (at === 'capacity') told.push({ at, limit, waiting }); }),
        ];
        const [narrow, gate] = [await system.spawn(definition, { host: there }), await system.spawn(Gate)];

        const outcome = await driver.ask.overfill(narrow, gate);

        for (const end of ends) end();
        expect(outcome).toMatchObject({ noted, closed: { kind: 'normal' }, [lost]: { code: 'TROUPE_MAILBOX_FULL', executed: 'no' } });
        expect(outcome[lost === 'fifth' ? 'second' : 'fifth']).toBe(lost === 'fifth' ? 2 : 5);
        expect(told).toEqual(expect.arrayContaining([
          { at: 'capacity', limit: 3, waiting: 3 },
          { handler: 'note', count: 1, why: reason, maybeExecuted: 0 },
        ]) as unknown);
        expect(told).toHaveLength(2);
      });
    });

    describe('an ask', () => {
      it('settles with a refusal, or with what was wrong with the reply, and the actor goes on', async () => {
        expect(await driver.ask.failures(subject)).toMatchObject({
          refused: { name: 'RefusedError', code: 'sold_out', message: 'refused with sold_out', data: { code: 'sold_out' } },
          refusedLater: { name: 'RefusedError', code: 'later' },
          unsendable: { code: 'TROUPE_NOT_SENDABLE', executed: 'maybe', message: expect.stringContaining("result of 'unsendable'") as string },
          alive: 'alive',
        });
        expect(await subject.ask.incarnation()).toBe(1);
      });

      it('rejects at once when the actor has ended', async () => {
        const failure = await deadline(driver.ask.ask(gone), 'the ask rejects');

        expect(failure).toMatchObject({ name: 'ActorStoppedError', code: 'TROUPE_ACTOR_STOPPED', executed: 'no' });
      });

      it('tells of a crash with the error, its code, its fields and its cause', async () => {
        const fragile = await spawnSubject('fragile');

        const failure = await driver.ask.crash(fragile, 'broken');

        expect(failure).toMatchObject({ name: 'ActorCrashedError', code: 'TROUPE_ACTOR_CRASHED', executed: 'maybe' });
        const { cause } = failure as { cause: RangeError & { code: string; detail: unknown } };
        expect(cause).toBeInstanceOf(RangeError);
        expect(cause).toMatchObject({ message: 'broken', code: 'E_SUBJECT', detail: { n: 1, when: new Date(0) } });
        expect(cause.stack).toContain('subject.ts');
        expect(cause.cause).toMatchObject({ message: 'the cause' });
        // A bare actor's crash is its end.
        expect(await fragile.closed).toMatchObject({ kind: 'error', error: { message: 'broken' } });
        expect(await driver.ask.ask(fragile)).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
      });

      it.each([null, undefined, 'a text', 42, { plain: true }])('tells of a thrown %s', async (value) => {
        const failure = await driver.ask.throwValue(supervised, value);

        expect(failure).toMatchObject({ name: 'ActorCrashedError', cause: { cause: value } });
      });

      it('tells at its deadline where the time went', async () => {
        expect(await driver.ask.timeouts(subject)).toMatchObject({
          queued: { code: 'TROUPE_ASK_TIMEOUT', where: 'mailbox', executed: 'no', ran: 0 },
          running: { code: 'TROUPE_ASK_TIMEOUT', where: 'handler', executed: 'maybe' },
          seen: [],
          aborted: 1,
        });
      });

      it('ends with the ask that its handler serves, at the latest: nobody need be there to end it', async () => {
        await using gate = await system.spawn(Gate);
        const file = join(folder, `ended-${sender}-${receiver}-${messages}`);
        // In one thread nothing can happen while the asker is blocked.
        const canBlock = sender !== 'local' || receiver !== 'local';

        const failure = await failureOf(driver.with({ timeout: 500 }).ask.askPatiently(subject, gate, file, canBlock));

        expect(failure).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT', executed: 'maybe' });
        await deadline(until(async () => (await gate.ask.noted()).length > 0), 'the ask has ended', 3_000);
        expect(await gate.ask.noted()).toMatchObject([{ failure: { code: 'TROUPE_ASK_TIMEOUT' }, isTold: canBlock }]);
        expect(existsSync(file)).toBe(true);
        gate.tell.open();
      });

      it('takes its signal along: the handler sees the abort, the asker its reason', async () => {
        expect(await driver.ask.abort(subject)).toMatchObject({
          failure: { message: 'changed my mind' }, early: { message: 'never wanted' }, aborted: 1, seen: [],
        });
      });

      it.skipIf(receiver === 'local')('rejects when the host is lost, not at its timeout; the slot works on', async () => {
        const before = await supervised.ask.incarnation();

        expect(await driver.ask.endHost(supervised)).toMatchObject({
          failure: { name: 'HostDownError', code: 'TROUPE_HOST_DOWN', executed: 'maybe' },
          seen: ['a', 'b'],
          incarnation: before + 1,
        });
      });
    });

    describe('a stream', () => {
      it('yields all items in order, and stops its producer on break', async () => {
        const { all, plain, taken, before, after } = await driver.ask.streams(subject);

        expect(all).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
        expect(plain).toEqual([1, 2, 3]);
        expect(taken).toEqual([1, 2, 3]);
        expect(after).toBe(before + 1);
      });

      it('runs ahead of its consumer by no more than its credit', async () => {
        const { first, produced } = await driver.ask.streamCredit(subject);

        expect(first).toBe(1);
        expect(produced).toBeGreaterThan(1);
        expect(produced).toBeLessThanOrEqual(65);
      });

      it('ends with what went wrong, after the items before it', async () => {
        const { refused, unsendable, late, idle, crashed } = await driver.ask.streamFailures(supervised);

        expect(refused).toMatchObject({ items: [1, 2], failure: { name: 'RefusedError', code: 'enough' } });
        expect(unsendable).toMatchObject({ items: [1], failure: { code: 'TROUPE_NOT_SENDABLE', executed: 'maybe' } });
        expect(late).toMatchObject({ items: [], failure: { code: 'TROUPE_ASK_TIMEOUT' } });
        expect(idle).toMatchObject({ items: [1], failure: { code: 'TROUPE_ASK_TIMEOUT', message: expect.stringMatching(/: no item within 20 ms \(idle\)$/) as string } });
        expect(crashed).toMatchObject({ items: [1, 2], failure: { name: 'ActorCrashedError', cause: { message: 'the stream broke' } } });
      });
    });

    describe('a crash', () => {
      it('keeps what was queued for a supervised actor, and never runs the culprit again', async () => {
        const before = await supervised.ask.incarnation();

        const { crash, behind, seen, incarnation } = await driver.ask.crashAmongOthers(supervised);

        expect(crash).toMatchObject({ name: 'ActorCrashedError', cause: { message: 'later' } });
        expect(behind).toBe(2);
        expect(seen).toEqual(['behind', 'asked behind']);
        expect(incarnation).toBe(before + 1);
      });

      it('ends all that runs, streams included, and runs none of it again', async () => {
        await using gate = await system.spawn(Gate);

        const { crash, others, items, after } = await driver.ask.crashAmongMany(parallel, gate);

        expect(crash).toMatchObject({ name: 'ActorCrashedError', executed: 'maybe', cause: { message: 'in the middle' } });
        expect(others).toMatchObject(Array.from({ length: 3 }, () => ({ name: 'ActorCrashedError', executed: 'maybe' })));
        expect(items).toEqual(['first item']);
        expect(after).toBe(1);
        expect(await gate.ask.noted()).toEqual(['a', 'b', 'stream']);
      });
    });

    describe('timers', () => {
      it('run in the actor, at their time, until they are cancelled', async () => {
        expect(await driver.ask.setTimers(ticker)).toEqual({
          order: ['after', 'every 1', 'every 2', 'every 3'], cancelled: [], idle: ['idle'],
        });
      });

      it('end with the incarnation, whose crash may be their own doing', async () => {
        const before = await ticker.ask.incarnation();

        const { crash, incarnation, ticks } = await driver.ask.crashByTimer(ticker);

        expect(crash).toMatchObject({ name: 'ActorCrashedError', cause: { message: 'by timer' } });
        expect(incarnation).toBe(before + 1);
        expect(ticks).toBe(0);
      });
    });

    describe('a stash', () => {
      const spawnDoor = (): Promise<RefOf<typeof Door>> => system.spawn(Door, { host: there });

      it('holds what is put aside, and has it handled first, in order, once that is wanted', async () => {
        const { before, answers, seen } = await driver.ask.enterWhenOpen(await spawnDoor());

        expect(before).toEqual(['a note']);
        expect(answers).toEqual(['welcome, first', 'second']);
        expect(seen).toEqual(['a note', 'first', 'second', 'third', 'behind']);
      });

      it('survives a crash, in order, before the queue; the culprit does not run again', async () => {
        const incarnation = await door.ask.incarnation();

        expect(await driver.ask.crashWithStash(door)).toMatchObject({
          crash: { name: 'ActorCrashedError', cause: { message: 'the door broke' } },
          before: ['a note'], answers: ['welcome, first', 'second'], seen: ['a note', 'first', 'second'], incarnation: incarnation + 1,
        });
      });

      it('is left by an ask for which nobody waits any more: its handler had begun', async () => {
        expect(await driver.ask.leaveStash(await spawnDoor())).toMatchObject({
          // On a busy machine the sender's own timer may be the first.
          late: { code: 'TROUPE_ASK_TIMEOUT', where: expect.stringMatching(/stash|unknown/) as string, executed: 'maybe' },
          aborted: { message: 'changed my mind' }, kept: 'welcome, kept', seen: ['kept'],
        });
      });

      it('takes as many as the definition says, and has room again when they are back', async () => {
        const { fourth, refused, again, seen } = await driver.ask.overfillStash(await spawnDoor());

        expect(fourth).toMatchObject({ code: 'turned_away', message: expect.stringMatching(/^d: Cannot stash a message of ".*": its stash is full \(3\)$/) as string, data: { code: 'TROUPE_STASH_FULL' } });
        expect(refused).toMatchObject(Array.from({ length: 4 }, () => ({ name: 'RefusedError', code: 'no' })));
        expect(again).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT', executed: 'maybe' });
        expect(seen).toEqual(['a', 'b', 'c']);
      });

      it('takes neither streams nor what is no message', async () => {
        expect(await driver.ask.stashBadly(await spawnDoor())).toMatchObject({
          timer: 'TROUPE_NOT_STASHABLE',
          stream: { name: 'ActorCrashedError', cause: { code: 'TROUPE_NOT_STASHABLE', message: expect.stringMatching(/^Cannot stash the stream enterAsStream of/) as string } },
        });
      });

      it('becomes dead letters and rejections when the actor ends, which may have run', async () => {
        const letters: unknown[] = [];
        const end = system.events.on('dead_letter', ({ handler, reason, count, maybeExecuted }) => letters.push({ handler, reason, count, maybeExecuted }));

        const { asked, closed } = await driver.ask.waitAtDoor(await spawnDoor());
        await deadline(until(() => letters.length > 0), 'the dead letter is heard of');
        end();

        expect(asked).toMatchObject({ name: 'ActorStoppedError', executed: 'maybe' });
        expect(closed).toEqual({ kind: 'normal' });
        expect(letters).toEqual([{ handler: 'enter', reason: 'stopped', count: 1, maybeExecuted: 1 }]);
      });

      it('counts as queued in the account of its sender', async () => {
        const closed = await spawnDoor();
        const queued = async (): Promise<number> => (await system.accounts()).reduce((sum, each) => sum + each.queued, 0);
        const before = await queued();

        await driver.ask.tellEnter(closed, 'told');

        expect(await queued() - before).toBe(1);
        await expectExactAccounts(system);
        await closed.stop();
      });
    });

    describe('kill', () => {
      it('ends an actor at once, without its stop', async () => {
        const killed = await driver.ask.killNow(await spawnSubject('killed'));

        expect(killed).toMatchObject({ running: { executed: 'maybe' }, closed: { kind: 'killed' } });
      });

      it.skipIf(receiver === 'local')('ends a loop that never ends, with its host', async () => {
        const killed = await driver.ask.killBusy(await spawnSubject('busy', receiver));

        expect(killed).toMatchObject({ running: { executed: 'maybe' }, closed: { kind: 'killed' } });
      });
    });

    describe('buffers', () => {
      const shares = sender !== 'process' && receiver !== 'process';

      it('move with an argument, a reply or an item, and are detached where they were', async () => {
        const { reply, items, ...rest } = await driver.ask.transfers(subject);

        expect(rest).toEqual({ sum: 3, left: [0, 0], arrived: [3], leftThere: [3, 0, 0, 0] });
        expect([reply, ...items].map((bytes) => [...bytes])).toEqual([[7, 7, 7], [1], [2, 2]]);
      });

      it('stay where they are when their message cannot be sent', async () => {
        const { failures, left, seen } = await driver.ask.badTransfers(subject);

        expect(failures).toMatchObject([
          { code: 'TROUPE_NOT_SENDABLE', message: expect.stringMatching(/argument 1 of note → \.list\[0\]: it is a transfer\(\)/) as string },
          { code: 'TROUPE_NOT_SENDABLE', message: expect.stringMatching(/argument 1 of note → \.no: it is a function/) as string },
          { code: 'TROUPE_NOT_SENDABLE', message: expect.stringMatching(/it is a value without buffers\[1\] of its transfer\(\)/) as string },
          { code: 'TROUPE_NOT_SENDABLE' },
        ]);
        expect(left).toEqual([8, 8]);
        expect(seen).toEqual([]);
      });

      it.runIf(shares)('are the same memory on both sides when they are shared', async () => {
        expect(await driver.ask.shareMemory(subject)).toEqual({ count: 2_110, counts: [2_110, 2_110] });
      });

      it.skipIf(shares)('are refused when they are shared, and one side is a process', async () => {
        const { told, asked, reply, item } = await driver.ask.shareWithStranger(subject);

        const refusal = (path: string, executed: string): object => ({
          code: 'TROUPE_NOT_SENDABLE', executed,
          message: `Cannot send ${path}: it is a SharedArrayBuffer, which only threads of one program share (a state actor serves all hosts)`,
        });
        expect(told).toMatchObject(refusal('argument 1 of note → .memory', 'no'));
        expect(asked).toMatchObject({ code: 'TROUPE_NOT_SENDABLE', message: expect.stringContaining('argument 1 of addTo: it is a view on a Shared') as string });
        expect(reply).toMatchObject(refusal("result of 'share' → .memory", 'maybe'));
        expect(item).toMatchObject(refusal("item of 'shareAnew'", 'maybe'));
      });
    });

    describe('values', () => {
      it('arrive the same, in both directions', async () => {
        expect(await driver.ask.exchange(subject, Object.keys(VALUES))).toEqual([]);
      });

      it.each(Object.entries(UNSENDABLE))('refuse %s, since it is uncloneable, at the sender, at once, naming its place', async (name, { path, kind }) => {
        const { told, asked, alive } = await driver.ask.sendUnsendable(subject, name);

        expect(told).toMatchObject({ name: 'NotSendableError', code: 'TROUPE_NOT_SENDABLE', executed: 'no' });
        const { message } = told as { message: string };
        expect(message).toContain(`argument 1 of note → ${path}`);
        expect(message).toMatch(kind);
        expect(asked).toMatchObject({ code: 'TROUPE_NOT_SENDABLE', message: expect.stringContaining('argument 2 of receive') as string });
        expect(alive).toBe('alive');
      });

      it('may be refs, which work wherever they arrive and stay themselves', async () => {
        await using third = await system.spawn(Driver);

        expect(await driver.ask.passRefs(subject, third)).toEqual({
          answer: 'through a ref', isSame: true, own: true, ownAnswer: 'me',
        });
      });
    });
  });
}


const HOSTS: readonly HostKind[] = ['local', 'thread', 'process'];

/** All senders to one kind of receiver; a run that skips one fails. */
export function conformanceTo(receiver: HostKind): void {
  const done = new Set<HostKind>();
  for (const sender of HOSTS) {
    describe('pair', () => {
      conformance({ sender, receiver });
      afterAll(() => { done.add(sender); });
    });
  }
  if (receiver === 'local') conformance({ sender: 'local', receiver, messages: 'copied' });
  saves(receiver);

  it(`has run from every kind of host to ${receiver}, and does to every other one`, () => {
    expect([...done]).toEqual(HOSTS);
    const files = readdirSync(new URL('.', import.meta.url));
    expect(files.filter((file) => file.endsWith('.test.ts'))).toEqual(HOSTS.map((host) => `to-${host}.test.ts`).toSorted());
  });
}
