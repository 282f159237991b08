import { existsSync } from 'node:fs';
import type { ActorRef } from '../../index.ts';
import type { Parallel, SubjectRef, LowWater } from '../support/actors/subject.ts';
import type { GateRef, NarrowRef } from '../support/actors/narrow.ts';
import type { RefOf } from '../../index.ts';
import type { DoorRef } from '../support/actors/door.ts';
import type { TickerRef } from '../support/actors/ticker.ts';
import { Gate } from '../support/actors/narrow.ts';
import { actor, transfer } from '../../index.ts';
import { failureOf } from '../support/failure-of.ts';
import { UNSENDABLE, VALUES, isSame } from '../support/values.ts';

/** An error as plain facts. */
interface Facts {
  readonly name: string;
  readonly code: unknown;
  readonly message: string;
  readonly executed: unknown;
  readonly where: unknown;
  readonly waited: unknown;
  readonly ran: unknown;
  readonly data: unknown;
  readonly cause: unknown;
}

/** What an action fails with; it must. */
async function factsOf(action: Promise<unknown> | (() => unknown)): Promise<Facts> {
  return facts(await failureOf(action));
}

function facts(thrown: unknown): Facts {
  const { name, code, message, executed, where, waited, ran, data, cause } = thrown as Facts;
  return { name, code, message, executed, where, waited, ran, data, cause };
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
/** A thread that is blocked for so long has waited in vain. */
const MAX_BLOCKED_MS = 10_000;

/** Lets nothing else happen in this thread until there is a file; whether it came. */
function blockUntilExists(file: string): boolean {
  for (const since = performance.now(); performance.now() - since < MAX_BLOCKED_MS;) {
    if (existsSync(file)) return true;
    Atomics.wait(PAUSE, 0, 0, 5);
  }
  return false;
}

/** Sends from wherever it lives, and reports what it saw. */
export const Driver = actor(import.meta, {
  name: 'driver',
  init: () => null,
  handlers: {
    echo: (_ctx, text: string): string => text,
    pid: (): number => process.pid,

    async sendInOrder(_ctx, subject: SubjectRef, count: number): Promise<readonly number[]> {
      const replies: Promise<number>[] = [];
      for (let i = 0; i < count; i++) {
        if (i % 3 === 0) replies.push(subject.ask.noteAndCount(i));
        else subject.tell.note(i);
      }
      return Promise.all(replies);
    },

    async workAtOnce(_ctx, subject: SubjectRef, count: number) {
      await Promise.all(Array.from({ length: count }, () => subject.ask.work(1)));
    },

    async workInParallel(_ctx, parallel: RefOf<typeof Parallel>, count: number): Promise<number> {
      await Promise.all(Array.from({ length: count }, () => parallel.ask.work(3)));
      return parallel.ask.mostRunning();
    },

    async askWhileStreaming(_ctx, subject: SubjectRef): Promise<readonly unknown[]> {
      const answers: unknown[] = [];
      for await (const tick of subject.ask.tick(1)) {
        answers.push(await subject.ask.echo(`during ${tick}`));
        if (tick === 3) break;
      }
      return answers;
    },

    /** What `tell` returns on the way over the mark, and when there is room again. */
    async flood(_ctx, receiver: RefOf<typeof LowWater>, count: number) {
      const returned: boolean[] = [];
      for (let i = 0; i < count; i++) returned.push(receiver.tell.quickly());
      await receiver.drained();
      const again = receiver.tell.quickly();
      return { firstFalse: returned.indexOf(false), again, handled: await receiver.ask.handled() };
    },

    /** Five messages to an actor that is at work and has room for three; and a stop, which needs no room. */
    async overfill(_ctx, narrow: NarrowRef, gate: GateRef) {
      narrow.tell.hold(gate);
      await gate.ask.whenHeld();
      const returned = [narrow.tell.note(gate, 1)];
      const second = outcomeOf(narrow.ask.note(gate, 2));
      returned.push(narrow.tell.note(gate, 3), narrow.tell.note(gate, 4));
      const fifth = outcomeOf(narrow.ask.note(gate, 5));
      const stopped = narrow.stop();
      // One of the two finds no room: all five have arrived then.
      await Promise.race([second, fifth]);
      gate.tell.open();
      await stopped;
      return { returned, second: await second, fifth: await fifth, noted: await gate.ask.noted(), closed: await narrow.closed };
    },

    tell: (_ctx, subject: SubjectRef, text: string): boolean => subject.tell.note(text),

    async failures(_ctx, subject: SubjectRef) {
      return {
        refused: await factsOf(subject.ask.refuse('sold_out')),
        refusedLater: await factsOf(subject.ask.refuseLater('later')),
        unsendable: await factsOf(subject.ask.unsendable()),
        alive: await subject.ask.echo('alive'),
      };
    },

    ask: async (_ctx, subject: SubjectRef) => factsOf(subject.ask.echo('anybody?')),
    crash: async (_ctx, subject: SubjectRef, message: string) => factsOf(subject.ask.crash(message)),
    throwValue: async (_ctx, subject: SubjectRef, value: unknown) => factsOf(subject.ask.throwValue(value)),

    /** A crash with messages before, with and behind it; all sent in one go. */
    async crashAmongOthers(_ctx, subject: SubjectRef) {
      const work = factsOf(subject.ask.crashLater(5));
      subject.tell.note('behind');
      const behind = subject.ask.noteAndCount('asked behind');
      return { crash: await work, behind: await behind, seen: await subject.ask.seen(), incarnation: await subject.ask.incarnation() };
    },

    /** A crash while two handlers and a stream are at work. */
    async crashAmongMany(_ctx, parallel: RefOf<typeof Parallel>, gate: GateRef) {
      const others = [factsOf(parallel.ask.linger(gate, 'a')), factsOf(parallel.ask.linger(gate, 'b'))];
      const stream = parallel.ask.lingeringItems(gate, 'stream');
      const items = [(await stream.next()).value];
      others.push(factsOf(stream.next()));
      const crash = await factsOf(parallel.ask.crash('in the middle'));
      return { crash, others: await Promise.all(others), items, after: await parallel.ask.lives() };
    },

    async endHost(_ctx, subject: SubjectRef) {
      const lost = factsOf(subject.ask.exit(3));
      const failure = await lost;
      // What is sent while it restarts waits, and arrives in order.
      subject.tell.note('a');
      subject.tell.note('b');
      const seen = await subject.with({ timeout: '20s' }).ask.seen();
      return { failure, seen, incarnation: await subject.ask.incarnation() };
    },

    async timeouts(ctx, subject: SubjectRef) {
      const running = factsOf(subject.with({ timeout: 60 }).ask.heed());
      const queued = factsOf(subject.with({ timeout: 20 }).ask.noteAndCount('must not arrive'));
      const first = await queued;
      const second = await running;
      await ctx.sleep(10);
      return { queued: first, running: second, seen: await subject.ask.seen(), aborted: (await subject.ask.statistics()).aborted };
    },

    /**
     * Asks with an hour's patience, and once that is being handled, blocks its own host until the handler says in a file
     * that nobody waits any more. Says to `gate` what came of it, and never answers.
     */
    async askPatiently(ctx, subject: SubjectRef, gate: GateRef, file: string, canBlock: boolean) {
      const asked = factsOf(subject.with({ timeout: '1h' }).ask.heed(gate, file));
      await gate.ask.whenHeld();
      const isTold = canBlock && blockUntilExists(file);
      gate.tell.note({ failure: await asked, isTold });
      await ctx.sleep('1m');
    },

    async abort(ctx, subject: SubjectRef) {
      const controller = new AbortController();
      const gate = await ctx.spawn(Gate);
      const aborted = factsOf(subject.with({ signal: controller.signal }).ask.heed(gate));
      await gate.ask.whenHeld();
      controller.abort(new Error('changed my mind'));
      const failure = await aborted;
      const early = await factsOf(subject.with({ signal: AbortSignal.abort(new Error('never wanted')) }).ask.noteAndCount('never'));
      return { failure, early, aborted: (await subject.ask.statistics()).aborted, seen: await subject.ask.seen() };
    },

    async streams(_ctx, subject: SubjectRef) {
      const all = await subject.ask.count(300).toArray();
      const plain = await subject.ask.plainCount(3).toArray();
      const before = (await subject.ask.statistics()).finished['tick'] ?? 0;
      const taken: number[] = [];
      for await (const tick of subject.ask.tick(1)) {
        taken.push(tick);
        if (taken.length === 3) break;
      }
      return { all, plain, taken, before, after: await untilFinished(subject, 'tick', before + 1) };
    },

    /** How far a producer is ahead of a consumer that takes one item and no more. */
    async streamCredit(ctx, subject: SubjectRef) {
      const stream = subject.ask.count(10_000);
      const first = await stream.next();
      await ctx.sleep(20);
      const { produced } = await subject.ask.statistics();
      await stream.return?.();
      return { first: first.value, produced };
    },

    async streamFailures(_ctx, subject: SubjectRef) {
      const refused = await drain(subject.ask.refuseAfter(2));
      const unsendable = await drain(subject.ask.unsendableItem());
      const late = await drain(subject.with({ timeout: 20 }).ask.never());
      const idle = await drain(subject.with({ idle: 20 }).ask.tick(60_000));
      const crashed = await drain(subject.ask.crashAfter(2));
      return { refused, unsendable, late, idle, crashed };
    },

    async exchange(_ctx, subject: SubjectRef, names: readonly string[]) {
      const wrong: string[] = [];
      for (const name of names) {
        const { isSame: arrived, echo } = await subject.ask.receive(name, VALUES[name]?.());
        if (!arrived) wrong.push(`${name} on the way there`);
        if (!isSame(echo, VALUES[name]?.())) wrong.push(`${name} on the way back`);
      }
      return wrong;
    },

    async sendUnsendable(_ctx, subject: SubjectRef, name: string) {
      const make = (): unknown => UNSENDABLE[name]?.make();
      const told = await factsOf(() => subject.tell.note(make()));
      const asked = await factsOf(subject.ask.receive('x', make()));
      return { told, asked, alive: await subject.ask.echo('alive') };
    },

    /** What the receiver made of buffers that moved, and what was left of them on either side. */
    async transfers(_ctx, subject: SubjectRef) {
      const numbers = Float64Array.from({ length: 4 }, (_, i) => i / 2);
      const told = new Uint8Array([1, 2, 3]);
      const sum = await subject.ask.sum(transfer(numbers, [numbers.buffer]));
      subject.tell.note(transfer(told, [told.buffer]));
      const arrived = await subject.ask.lengths();
      const reply = await subject.ask.give(3);
      const items = (await subject.ask.giveMany(2).toArray()).map(({ bytes }) => bytes);
      return { sum, left: [numbers.length, told.length], arrived, reply, items, leftThere: await subject.ask.lengths() };
    },

    /** One counter, that both sides and a stream add to. */
    async shareMemory(_ctx, subject: SubjectRef) {
      const counter = new Int32Array(new SharedArrayBuffer(8));
      const { counter: back } = await subject.ask.addTo(counter, 10);
      Atomics.add(back, 0, 100);
      const items = await subject.ask.shareMany(counter).toArray();
      return { count: Atomics.load(counter, 0), counts: items.map((item) => Atomics.load(item, 0)) };
    },

    async shareWithStranger(_ctx, subject: SubjectRef) {
      const memory = new SharedArrayBuffer(8);
      return {
        told: await factsOf(() => subject.tell.note({ memory })),
        asked: await factsOf(subject.ask.addTo(new Int32Array(memory), 1)),
        reply: await factsOf(subject.ask.share()),
        item: (await drain(subject.ask.shareAnew())).failure,
      };
    },

    /** Transfers that can't be, and whether the buffers are still there. */
    async badTransfers(_ctx, subject: SubjectRef) {
      const bytes = new Uint8Array(8);
      const other = new Uint8Array(8);
      const pool = Buffer.from('pooled').buffer; // Node's, for small Buffers
      const nested = { list: [transfer(bytes, [bytes.buffer])] };
      const failures = await Promise.all([
        () => subject.tell.note(nested),
        () => subject.tell.note(transfer({ bytes, no: () => 1 }, [bytes.buffer])),
        () => subject.tell.note(transfer({ bytes }, [bytes.buffer, other.buffer])),
        () => subject.tell.note(transfer(new Uint8Array(pool, 0, 8), [pool])),
      ].map(factsOf));
      return { failures, left: [bytes.length, other.length], seen: await subject.ask.seen() };
    },

    async passRefs(_ctx, subject: SubjectRef, third: ActorRef<{ echo(text: string): string }>) {
      const answer = await subject.ask.askFor(third, 'through a ref');
      await subject.ask.keep(third);
      const wasKept = await subject.ask.isKept(third);
      const { me } = await subject.ask.handOut() as { me: SubjectRef };
      return { answer, isSame: wasKept, own: me === subject, ownAnswer: await me.ask.echo('me') };
    },

    /** Tells on, while one ask waits for its answer. */
    async floodBehindLater(_ctx, subject: SubjectRef, count: number) {
      const waiting = subject.ask.waitForRelease();
      let wasFull = false;
      for (let i = 0; i < count; i++) wasFull = !subject.tell.reset() || wasFull;
      await subject.drained({ timeout: '10s' });
      const again = subject.tell.reset();
      subject.tell.release('released');
      return { wasFull, again, answer: await waiting };
    },

    async later(_ctx, subject: SubjectRef) {
      const answers: unknown[] = [];
      for (const wait of [() => subject.ask.waitForRelease(), () => subject.ask.waitForReleaseAsync()]) {
        const waiting = wait();
        answers.push(await subject.ask.echo('free meanwhile'));
        await settled();
        subject.tell.release('released');
        answers.push(await waiting);
      }
      const bad = factsOf(subject.ask.waitForRelease());
      subject.tell.releaseBadly('no');
      answers.push(await bad);
      return answers;
    },

    /** Messages before a stop are handled, later ones refused. */
    async stopInOrder(_ctx, subject: SubjectRef) {
      const before = subject.ask.noteAndCount('before');
      const slow = subject.ask.work(5);
      const stopped = subject.stop();
      const behind = factsOf(subject.ask.noteAndCount('behind'));
      subject.tell.note('told behind');
      await stopped;
      const closed = await subject.closed;
      return { before: await before, slow: await slow, behind: await behind, closed, after: await factsOf(subject.ask.echo('late')) };
    },

    /** Who waits at a closed door goes in first when it opens, in order; others have been let by meanwhile. */
    async enterWhenOpen(_ctx, door: DoorRef) {
      const first = door.ask.enter('first');
      const second = door.ask.enterSlowly('second');
      door.tell.enter('third');
      door.tell.note('a note');
      const before = await door.ask.seen();
      door.tell.open();
      door.tell.note('behind');
      return { before: [...before], answers: await Promise.all([first, second]), seen: await door.ask.seen() };
    },

    /** A crash with messages put aside and messages in the queue. */
    async crashWithStash(_ctx, door: DoorRef) {
      const entered = [door.ask.enter('first'), door.ask.enterSlowly('second')];
      await door.ask.seen();
      const crash = factsOf(door.ask.crash());
      door.tell.note('a note');
      const queued = door.ask.seen();
      await crash;
      // Those that were put aside come first, and are put aside again.
      const before = [...await queued];
      door.tell.open();
      return { crash: await crash, before, answers: await Promise.all(entered), seen: await door.ask.seen(), incarnation: await door.ask.incarnation() };
    },

    /** Whoever waits at a closed door for nobody. */
    async leaveStash(_ctx, door: DoorRef) {
      const controller = new AbortController();
      const late = await factsOf(door.with({ timeout: 20 }).ask.enter('late'));
      const aborted = factsOf(door.with({ signal: controller.signal }).ask.enter('aborted'));
      const kept = door.ask.enter('kept');
      await door.ask.seen();
      controller.abort(new Error('changed my mind'));
      await aborted;
      const found = door.with({ timeout: 20 }).ask.enter('back too late');
      await factsOf(found);
      door.tell.open();
      return { late, aborted: await aborted, kept: await kept, seen: await door.ask.seen() };
    },

    async overfillStash(_ctx, door: DoorRef) {
      // None of these takes a place away: they are refused after all.
      const refused = await Promise.all([1, 2, 3, 4].map(() => factsOf(door.ask.enterAndThrow('refuse'))));
      for (const name of ['a', 'b', 'c']) door.tell.enter(name);
      const fourth = await factsOf(door.ask.tryToEnter('d'));
      door.tell.open();
      await door.ask.seen();
      // There is room again.
      door.tell.close();
      const again = factsOf(door.with({ timeout: 20 }).ask.tryToEnter('e'));
      return { fourth, refused, again: await again, seen: await door.ask.seen() };
    },

    async stashBadly(_ctx, door: DoorRef) {
      return { timer: await door.ask.enterByTimer(), stream: (await drain(door.ask.enterAsStream())).failure };
    },

    /** Asks, and leaves them behind; what became of them is told by `left`. */
    async waitAtDoor(_ctx, door: DoorRef) {
      const asked = factsOf(door.ask.enter('asked'));
      door.tell.enter('told');
      await door.ask.seen();
      const stopped = door.stop();
      return { asked: await asked, stopped: await stopped, closed: await door.closed };
    },

    async tellEnter(_ctx, door: DoorRef, name: string) {
      door.tell.enter(name);
      await door.ask.seen();
    },

    /** What timers did, told by the order in which it was noted. */
    async setTimers(ctx, ticker: TickerRef) {
      const order = [await ticker.ask.after(1, 'after'), ...await ticker.ask.every(1, 3)];
      const cancelled = await ticker.ask.cancelWaiting();
      const gate = await ctx.spawn(Gate);
      await ticker.ask.idle(1, gate);
      while ((await gate.ask.noted()).length === 0) await ctx.sleep(1);
      return { order, cancelled, idle: await gate.ask.noted() };
    },

    /** A crash by a timer, and what was left of the timers before it. */
    async crashByTimer(_ctx, ticker: TickerRef) {
      const crash = await factsOf(ticker.ask.crashByTimer());
      const [incarnation, ticks] = [await ticker.ask.incarnation(), await ticker.ask.ticksOfOthers()];
      return { crash, incarnation, ticks };
    },

    async killNow(ctx, subject: SubjectRef) {
      const gate = await ctx.spawn(Gate);
      const running = factsOf(subject.with({ timeout: '30s' }).ask.heed(gate));
      await gate.ask.whenHeld();
      subject.kill();
      return { running: await running, closed: await subject.closed };
    },

    /** A loop that never ends is killed with its host. */
    async killBusy(ctx, subject: SubjectRef) {
      const gate = await ctx.spawn(Gate);
      const running = factsOf(subject.with({ timeout: '30s' }).ask.spin(gate));
      await gate.ask.whenHeld();
      subject.kill();
      return { running: await running, closed: await subject.closed };
    },
  },
});

async function drain(stream: AsyncIterable<unknown>): Promise<{ items: unknown[]; failure: Facts | string }> {
  const items: unknown[] = [];
  try {
    for await (const item of stream) items.push(item);
    return { items, failure: 'none' };
  } catch (thrown) {
    return { items, failure: facts(thrown) };
  }
}

/** What a promise settles with. */
async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch(facts);
}

async function untilFinished(subject: SubjectRef, name: string, count: number): Promise<number> {
  for (let tries = 0; tries < 1_000; tries++) {
    const finished = (await subject.ask.statistics()).finished[name] ?? 0;
    if (finished >= count) return finished;
  }
  return -1;
}

async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

