import type { CellPort } from './cell-port.ts';
import type { ChildSlots } from './child-slots.ts';
import type { Down, Exit } from './signal.ts';
import type { Definition, Handler } from './definition.ts';
import type { Envelope } from './envelope.ts';
import type { ExitReason } from './exit-reason.ts';
import type { ProducerEnd } from './producer.ts';
import type { Status } from './lifecycle.ts';
import type { Handling } from './actor-snapshot.ts';
import type { Timer, TimerCounts } from './timers.ts';
import { Alarm } from './deadlines.ts';
import { IGNORED, Invocation } from './invocation.ts';
import { Producer } from './producer.ts';
import { NO_CHILD_SLOTS } from './child-slots.ts';
import { Stash } from './stash.ts';
import { Timers } from './timers.ts';
import { STREAM_WINDOW } from './stream.ts';
import { modeOf } from './definition.ts';
import { canMove } from './lifecycle.ts';
import {
  ActorCrashedError, ActorError, ActorStoppedError, NotSendableError, StartFailedError, StashFullError, toError, toReplyError,
} from './errors.ts';
import { RecentHandlers } from './recent-handlers.ts';
import { describeExit, isAbnormal } from './exit-reason.ts';

/** How long `stop` may take after a crash or `ctx.stop()`; a stop that others asked for has their limit. */
const CLEANUP_MS = 5_000;

/** Drives one incarnation of an actor: takes from the mailbox, runs the handler, moves the lifecycle. */
export class ActorCell {
  readonly port: CellPort;
  readonly incarnation: number;
  state: unknown = undefined;
  readonly #definition: Definition;
  readonly #handlers: readonly Handler[];
  readonly #followsAll: boolean;
  #status: Status = 'starting';
  #freePlaces: number;
  /** Invocations that go on beyond their turn; among them the holders of a place. */
  readonly #open = new Set<Invocation>();
  readonly #holders = new Set<Invocation>();
  /** How many handlers are in their synchronous part: one, unless they call into the runtime that calls back. */
  #steps = 0;
  /** Whether the last step's result is a promise; a field, since an object per message would be felt. */
  #isPending = false;
  #trapsExits = false;
  /** Why it ends, once it does. */
  #reason: ExitReason = { kind: 'normal' };
  /** What `init` got: its signal is aborted when this incarnation has ended. */
  readonly #life: Invocation;
  /** The run of `stop`, once it has begun. */
  #cleanup: Invocation | undefined;
  readonly #cleanupLimit = new Alarm(() => this.#finish(this.#reason));
  #timers: Timers | undefined;
  /** Who is to be told when nothing holds a place any more; set while it is suspended. */
  #suspension: (() => void)[] | undefined;
  readonly #recent = new RecentHandlers();
  /** Whether the port knows what this incarnation was at when it failed. */
  #isDescribed = false;

  constructor(port: CellPort, definition: Definition, incarnation: number) {
    this.port = port;
    this.incarnation = incarnation;
    this.#definition = definition;
    this.#handlers = definition.parts.handlers;
    this.#followsAll = port.followsAll;
    this.#freePlaces = definition.parts.concurrency;
    this.#life = new Invocation(this, undefined, 'init');
  }

  get status(): Status { return this.#status; }

  get life(): Invocation { return this.#life; }

  get isSuspended(): boolean { return this.#suspension !== undefined; }

  /** Those of this incarnation, made on first use. */
  get timers(): Timers {
    if (this.#timers !== undefined) return this.#timers;
    const { port } = this;
    const timers = this.#timers = new Timers({
      clock: port.clock,
      deadlines: port.deadlines,
      isQuiet: () => this.#status === 'running' && this.#open.size === 0 && port.mailbox.isEmpty,
      post: (timer) => port.postTimer(timer),
      awaited: (isAwaited) => port.awaitTimers(isAwaited),
    });
    if (this.#isEnding) timers.close();
    return timers;
  }

  get timerCounts(): TimerCounts {
    return this.#timers?.counts ?? { after: 0, every: 0, idle: false };
  }

  /** What is being handled now. */
  get handling(): Handling[] {
    const now = this.port.clock.now();
    return this.#running.map((invocation) => ({ handler: this.nameOf(invocation), sinceMs: now - (invocation.openedAt ?? now) }));
  }

  get #running(): Invocation[] {
    const running = [...this.#open];
    if (this.#status === 'starting') running.push(this.#life);
    if (this.#cleanup !== undefined) running.push(this.#cleanup);
    return running;
  }

  /** The slot, for as long as this incarnation may act in it: what it leaves behind speaks for none that comes after. */
  get living(): CellPort | undefined { return this.#status === 'stopped' ? undefined : this.port; }
  /** The slots below it, as long as they are this incarnation's. */
  get children(): ChildSlots { return this.#status === 'stopped' ? NO_CHILD_SLOTS : this.port.children; }

  /** The messages that were taken from the mailbox, and aren't settled. */
  *unsettled(): Generator<Envelope, void, undefined> {
    for (const { envelope } of this.#open) if (envelope?.phase === 'running' && envelope.kind !== 'stream') yield envelope;
  }

  /** What runs beyond its turn, and whose doing that is: handlers, streams at work, `init` and `stop`. */
  get busy(): readonly Invocation[] {
    // A stream that its consumer gives no credit waits for that; an answer for later is another handler's affair.
    return this.#running.filter((invocation) => {
      const { producer } = invocation.envelope ?? {};
      return producer === undefined ? !this.#open.has(invocation) || this.#holders.has(invocation) : producer.isPulling;
    });
  }

  /** What an invocation is a run of. */
  nameOf({ what = '', envelope }: Invocation): string {
    return envelope === undefined ? what : this.#nameOf(envelope);
  }

  /** Runs `init`. Ends in `port.started` or `port.ended`; never throws. */
  start(input: unknown): void {
    const ctx = this.#life;
    ctx.openedAt = this.port.clock.now();
    const started = (state: unknown): void => {
      if (this.#status !== 'starting') return;
      if (state === IGNORED) {
        this.#finish({ kind: 'normal' });
        return;
      }
      this.state = state;
      this.#move('running');
      this.port.started();
      this.port.wake();
    };
    const failed = (error: unknown): void => {
      if (this.#status === 'starting') this.#finish({ kind: 'error', error: toError(error) });
    };
    this.#call(ctx, this.#definition.parts.init, [input, ctx], started, failed);
  }

  /** Handles up to `limit` messages. True when it could go on at once. */
  runSlice(limit: number): boolean {
    const { mailbox } = this.port;
    let left = limit;
    for (; left > 0; left--) {
      if (this.#status !== 'running' || this.#freePlaces === 0 || this.#suspension !== undefined) break;
      const exit = mailbox.hasExits ? mailbox.takeExit() : undefined;
      if (exit !== undefined) {
        this.#runSignal('signals.exit', this.#definition.parts.exit, exit);
        continue;
      }
      const envelope = mailbox.take();
      if (envelope === undefined) break;
      this.#deliver(envelope);
    }
    this.#timers?.handled(limit - left);
    return left === 0 && !mailbox.isEmpty;
  }

  /** Ends by its own wish: nobody else limits its cleanup. */
  stopItself(): void {
    if (this.#status === 'running') this.#limitCleanup();
    this.stop({ kind: 'normal' });
  }

  /** Ends after the messages that run now, with `stop`. */
  stop(reason: ExitReason): void {
    if (this.#status === 'starting') this.#finish(reason);
    if (this.#status !== 'running') return;
    this.#reason = reason;
    this.#move('stopping');
    const error = new ActorStoppedError(this.port.path, 'wait for a reply of', 'maybe');
    for (const invocation of this.#open) if (!this.#holders.has(invocation)) this.#end(invocation, error);
    this.#cleanUpWhenIdle();
  }

  /** Ends now: nothing more of it runs by our doing. */
  kill(): void {
    if (this.#status === 'stopped') return;
    const reason: ExitReason = { kind: 'killed' };
    this.#describe(reason, this.#handled());
    const error = new ActorStoppedError(this.port.path, 'wait for a reply of', 'maybe');
    for (const invocation of this.#open) this.#end(invocation, error);
    this.#finish(reason);
  }

  /**
   * Something failed outside of a handler's own promise: a timer or an unhandled rejection of its making.
   *
   * @param message The one whose handler that was.
   */
  crashFromOutside(error: unknown, message: Envelope | undefined): void {
    if (this.#status === 'starting') this.#finish({ kind: 'error', error: toError(error) });
    else this.#crash(error, undefined, message);
  }

  trapExit(trap: boolean): void {
    this.#trapsExits = trap;
    this.living?.trapExit(trap);
  }

  /** A linked actor has ended. `error` is what those are told that wait for this one, if it ends with it. */
  linkExited(exit: Exit, slot: number, error: Error): void {
    if (this.#trapsExits) {
      this.port.mailbox.postExit(exit, slot);
      this.port.wake();
      return;
    }
    const { reason } = exit;
    if (reason.kind === 'normal') return;
    if (this.#status === 'starting') {
      const why = `an actor that it is linked with has ended (${describeExit(reason)})`;
      this.#finish({ kind: 'error', error: new StartFailedError(this.port.path, why, { cause: error }) });
    }
    if (this.#status !== 'running') return;
    // It may be in the midst of a handler of its own. Nothing else begins, and the rest comes as soon as that pauses.
    this.#reason = reason;
    this.#move('stopping');
    this.#limitCleanup();
    void Promise.resolve().then(() => this.#fall(reason, error, undefined, this.#handled()));
  }

  /** The invocation answers later: the next message may come in. */
  release(invocation: Invocation): void {
    if (!this.#holders.delete(invocation)) return;
    this.#freePlaces++;
    if (this.#suspension !== undefined) this.#tellWhenSuspended(this.#suspension);
    if (this.#status === 'running') this.port.wake();
    else this.#cleanUpWhenIdle();
  }

  /** Begins nothing more until it is resumed. Calls back when what holds a place has come to its end. */
  suspend(done: () => void): void {
    const waiting = this.#suspension ??= [];
    waiting.push(done);
    this.#tellWhenSuspended(waiting);
  }

  resume(): void {
    const waiting = this.#suspension ?? [];
    this.#suspension = undefined;
    for (const done of waiting) done();
    this.port.wake();
  }

  /**
   * Has the message of `invocation` put aside when its handler ends.
   *
   * @throws {StashFullError}
   * @throws {ActorError} `TROUPE_NOT_STASHABLE`
   */
  stash({ envelope, what = 'what has been handled' }: Invocation): void {
    const { mailbox, path } = this.port;
    const isMessage = envelope?.phase === 'running' && (envelope.kind === 'tell' || envelope.kind === 'ask');
    if (!isMessage) {
      const it = envelope?.kind === 'stream' ? `the stream ${this.#nameOf(envelope)}` : what;
      throw new ActorError('TROUPE_NOT_STASHABLE', `Cannot stash ${it} of "${path}": only a message that is being handled can be put aside`);
    }
    const stash = mailbox.stash ??= new Stash(mailbox.limit.stash);
    if (!stash.reserve(envelope)) throw new StashFullError(path, stash.limit);
  }

  /** Has all that was put aside handled next. */
  unstashAll(): void {
    if (this.#status !== 'running') return;
    this.port.mailbox.stash?.giveBack();
    this.port.wake();
  }

  get #isEnding(): boolean { return this.#status === 'stopping' || this.#status === 'stopped'; }

  #tellWhenSuspended(waiting: (() => void)[]): void {
    if (this.#holders.size === 0) for (const done of waiting.splice(0)) done();
  }

  #deliver(envelope: Envelope): void {
    // One that was put aside has been told of, and others behind it since.
    if (envelope.phase === 'queued' && (envelope.seq !== 0 || this.#followsAll)) envelope.receipt.started(envelope);
    envelope.phase = 'running';
    if (envelope.deadline !== undefined) envelope.deadline.startedAt = this.port.turnStartedAt();
    switch (envelope.kind) {
      case 'stop':
        this.#settle(envelope);
        // One meant for an earlier incarnation has been served by that one's end.
        if (envelope.incarnation === this.incarnation) this.stop({ kind: 'normal' });
        return;
      case 'down':
        this.#settle(envelope);
        if (this.port.isMonitored(envelope.args[0] as Down)) {
          this.#runSignal('signals.down', this.#definition.parts.down, envelope.args[0]);
        }
        return;
      case 'timer':
        this.#settle(envelope);
        this.#runTimer(envelope.args[0] as Timer);
        return;
      case 'stream':
        this.#recent.note(envelope.handler);
        this.#startStream(envelope);
        return;
      case 'tell':
      case 'ask':
        this.#recent.note(envelope.handler);
        this.#invoke(envelope, this.#handlers[envelope.handler] as Handler);
    }
  }

  #invoke(envelope: Envelope, handler: Handler): void {
    const invocation = new Invocation(this, envelope);
    let result: unknown;
    this.#steps++;
    try {
      result = this.#step(handler, invocation, envelope.args);
    } catch (error) {
      this.#steps--;
      this.#fail(invocation, error, false);
      return;
    }
    this.#steps--;
    if (this.#status === 'stopped') {
      // It has killed its own actor; how its promise ends concerns nobody any more.
      if (this.#isPending) Promise.resolve(result).catch(() => undefined);
      this.#end(invocation, new ActorStoppedError(this.port.path, 'wait for a reply of', 'maybe'));
      return;
    }
    if (!this.#isPending) {
      this.#answer(invocation, envelope, result);
      this.#cleanUpWhenIdle();
      return;
    }
    envelope.invocation = invocation;
    this.#hold(invocation);
    void Promise.resolve(result).then(
      (value) => this.#finished(invocation, value),
      (error: unknown) => this.#failed(invocation, error),
    );
  }

  /** The synchronous part of a handler, or all of it: `#isPending` says which. */
  #step(handler: Handler, invocation: Invocation, args: readonly unknown[]): unknown {
    const { current } = this.port;
    if (handler.mode !== 'sync' || this.#followsAll) {
      const result = current.runAsync(invocation, () => apply(handler, invocation, args));
      this.#isPending = handler.mode !== 'sync' || isThenable(result);
      return result;
    }
    const outer = current.active;
    current.active = invocation;
    let result: unknown;
    try {
      result = apply(handler, invocation, args);
    } finally {
      current.active = outer;
    }
    this.#isPending = isThenable(result);
    if (this.#isPending && !invocation.isLater(result)) handler.mode = 'async';
    return result;
  }

  /** A stream holds no place: its message counts as handled once it has begun. */
  #startStream(envelope: Envelope): void {
    const { answer } = envelope;
    if (answer === undefined) return;
    const { current } = this.port;
    const invocation = envelope.invocation = new Invocation(this, envelope);
    const ended = (end: ProducerEnd): void => this.#streamEnded(invocation, end);
    const producer = new Producer(invocation, current, answer, ended, () => this.port.breathe());
    this.#opened(invocation);
    envelope.receipt.settled(envelope, 'handled');
    this.#steps++;
    try {
      const handler = this.#handlers[envelope.handler] as Handler;
      const items = current.runAsync(invocation, () => apply(handler, invocation, envelope.args));
      envelope.producer = producer;
      producer.start(items as AsyncIterator<unknown>, STREAM_WINDOW);
    } catch (error) {
      this.#streamEnded(invocation, { kind: 'threw', error });
    } finally {
      this.#steps--;
    }
    this.#cleanUpWhenIdle();
  }

  #streamEnded(invocation: Invocation, end: ProducerEnd): void {
    const { envelope } = invocation;
    if (envelope === undefined || !this.#open.has(invocation)) return;
    envelope.producer = undefined;
    switch (end.kind) {
      case 'done':
        envelope.answer?.resolve(undefined);
        break;
      case 'cancelled': break;
      case 'threw':
        if (!invocation.isAborted && !invocation.isRefusal(end.error)) {
          this.#crash(end.error, invocation);
          return;
        }
        envelope.answer?.reject(toError(end.error));
        break;
    }
    envelope.phase = 'done';
    this.#closed(invocation);
  }

  /** Runs a handler of `signals`: one at a time with the messages. */
  #runSignal(what: string, run: ((ctx: unknown, about: unknown) => unknown) | undefined, about: unknown): void {
    if (run === undefined) return;
    const ctx = new Invocation(this, undefined, what);
    this.#hold(ctx);
    this.#call(ctx, run, [ctx, about], () => this.#finished(ctx, undefined), (error) => this.#failed(ctx, error));
  }

  /** Runs what a timer is for, as a signal's handler. */
  #runTimer(timer: Timer): void {
    const run = this.#timers?.take(timer);
    if (run === undefined) return;
    const ctx = new Invocation(this, undefined, timer.kind);
    this.#hold(ctx);
    // Often a plain function that returns a promise: what comes after its first `await` is this actor's, too.
    this.#call(ctx, run as Run, [ctx], () => this.#finished(ctx, undefined), (error) => this.#failed(ctx, error), true);
  }

  /** Runs user code beside the messages' handlers. */
  #call(
    ctx: Invocation, run: Run, args: readonly unknown[],
    done: (value: unknown) => void, failed: (error: unknown) => void, isAsync = modeOf(run) !== 'sync',
  ): void {
    const { current } = this.port;
    let result: unknown;
    try {
      const body = (): unknown => run(...args);
      result = isAsync || this.#followsAll ? current.runAsync(ctx, body) : current.runSync(ctx, body);
    } catch (error) {
      failed(error);
      return;
    }
    if (isThenable(result)) void Promise.resolve(result).then(done, failed);
    else done(result);
  }

  #finished(invocation: Invocation, value: unknown): void {
    if (!this.#open.has(invocation)) return;
    this.#closed(invocation);
    if (invocation.envelope !== undefined) this.#answer(invocation, invocation.envelope, value);
    this.release(invocation);
  }

  #failed(invocation: Invocation, error: unknown): void {
    if (!this.#open.has(invocation)) return;
    const answersLater = !this.#holders.has(invocation);
    this.#fail(invocation, error, answersLater);
  }

  /** @param isAnswer `error` is what the handler answers, not what it threw. */
  #fail(invocation: Invocation, error: unknown, isAnswer: boolean): void {
    const isRefusal = invocation.isRefusal(error);
    if (!isAnswer && !isRefusal && !invocation.isAborted) {
      this.#crash(error, invocation);
      return;
    }
    const { envelope } = invocation;
    this.#closed(invocation);
    if (envelope !== undefined) {
      this.port.mailbox.stash?.release(envelope);
      envelope.answer?.reject(toError(error));
      this.#settle(envelope);
      if (isRefusal) this.port.refused(envelope, error);
    }
    this.release(invocation);
  }

  #answer(invocation: Invocation, envelope: Envelope, value: unknown): void {
    const { mailbox: { stash } } = this.port;
    if (stash !== undefined && this.#putAside(stash, invocation, envelope)) return;
    const { answer } = envelope;
    if (answer !== undefined) {
      try {
        answer.resolve(value);
      } catch (error) {
        const what = `result of '${this.#nameOf(envelope)}'`;
        answer.reject(toReplyError(isIterator(value) ? new NotSendableError(what, ITERATOR) : error));
      }
    }
    this.#settle(envelope);
  }

  /** Whether the handler that has ended had called `ctx.stash()`, and somebody still waits. */
  #putAside(stash: Stash, invocation: Invocation, envelope: Envelope): boolean {
    if (invocation.isAborted) stash.release(envelope);
    if (!stash.put(envelope)) return false;
    const { deadline } = envelope;
    if (deadline !== undefined) deadline.ranBefore += this.port.clock.now() - deadline.startedAt;
    return true;
  }

  #settle(envelope: Envelope): void {
    envelope.phase = 'done';
    envelope.receipt.settled(envelope, 'handled');
  }

  #crash(error: unknown, culprit: Invocation | undefined, message = culprit?.envelope): void {
    const failure = toError(error);
    this.#fall({ kind: 'error', error: failure }, failure, culprit, message);
  }

  /** Ends at once, but for `stop`. What runs is given up, because of `error`. */
  #fall(reason: ExitReason, error: Error, culprit: Invocation | undefined, message: Envelope | undefined): void {
    const isFirst = this.#status === 'running';
    // Before anything else runs: a listener of an aborted signal may want to stop what is crashing.
    if (isFirst) this.#move('stopping');
    this.#describe(reason, message);
    if (this.#cleanup === undefined) this.#reason = reason;
    if (culprit !== undefined) this.#open.add(culprit);
    for (const invocation of this.#open) {
      const { envelope } = invocation;
      const action = envelope === undefined ? 'run' : `ask ${this.#nameOf(envelope)} of`;
      this.#end(invocation, new ActorCrashedError(this.port.path, action, 'maybe', error));
    }
    if (isFirst) this.#limitCleanup();
    if (this.#status === 'stopping' && this.#cleanup === undefined) this.#cleanUp();
  }

  #limitCleanup(): void {
    const { deadlines, clock } = this.port;
    if (this.#definition.parts.stop !== undefined) deadlines.add(this.#cleanupLimit, clock.now() + CLEANUP_MS);
  }

  #cleanUpWhenIdle(): void {
    const isIdle = this.#holders.size === 0 && this.#steps === 0;
    if (isIdle && this.#status === 'stopping' && this.#cleanup === undefined) this.#cleanUp();
  }

  #cleanUp(): void {
    const { stop } = this.#definition.parts;
    if (stop === undefined) {
      this.#finish(this.#reason);
      return;
    }
    const ctx = this.#cleanup = new Invocation(this, undefined, 'stop');
    ctx.openedAt = this.port.clock.now();
    const failed = (error: unknown): void => {
      this.#finish(this.#reason.kind === 'error' ? this.#reason : { kind: 'error', error: toError(error) });
    };
    this.port.busy(true);
    this.#call(ctx, stop, [ctx, this.#reason], () => this.#finish(this.#reason), failed);
  }

  #finish(reason: ExitReason): void {
    if (this.#status === 'stopped') return;
    const wasStarting = this.#status === 'starting';
    if (isAbnormal(reason)) this.#describe(reason, undefined);
    this.#move('stopped');
    this.port.deadlines.remove(this.#cleanupLimit);
    const gone = new ActorStoppedError(this.port.path, 'go on in');
    this.#life.abort(gone);
    this.#cleanup?.abort(gone);
    this.port.busy(false);
    this.port.ended(reason, wasStarting);
  }

  #describe(reason: ExitReason, message: Envelope | undefined): void {
    if (this.#isDescribed || this.#status === 'starting' || this.#status === 'stopped') return;
    this.#isDescribed = true;
    this.port.crashing(reason, message, this.#recent.beside(message?.handler));
  }

  /** The message that is being handled; the first of them. */
  #handled(): Envelope | undefined {
    const current = this.port.current.active;
    if (current?.slotId === this.port.slotId && current.envelope !== undefined) return current.envelope;
    for (const { envelope } of this.#holders) if (envelope !== undefined) return envelope;
    return undefined;
  }

  /** Ends an invocation from outside: its message was started, and will not be run again. */
  #end(invocation: Invocation, error: Error): void {
    const { envelope } = invocation;
    this.#closed(invocation);
    this.#holders.delete(invocation);
    if (envelope?.phase === 'running') {
      this.port.mailbox.stash?.release(envelope);
      envelope.answer?.reject(error);
      if (envelope.kind === 'stream') envelope.phase = 'done';
      else this.#settle(envelope);
    }
    invocation.abort(error);
    envelope?.producer?.cancel(error);
  }

  #nameOf(envelope: Envelope): string {
    return this.#definition.shape.nameOf(envelope.handler);
  }

  #hold(invocation: Invocation): void {
    this.#opened(invocation);
    this.#holders.add(invocation);
    this.#freePlaces--;
  }

  #opened(invocation: Invocation): void {
    invocation.openedAt = this.port.turnStartedAt();
    this.#open.add(invocation);
    if (this.#open.size === 1) this.port.busy(true);
  }

  #closed(invocation: Invocation): void {
    if (!this.#open.delete(invocation) || this.#open.size > 0) return;
    this.port.busy(false);
    this.#timers?.rested();
  }

  #move(to: Status): void {
    if (!canMove(this.#status, to)) throw new Error(`illegal move of an actor: ${this.#status} to ${to}`);
    this.#status = to;
    if (this.#isEnding) this.#timers?.close();
  }
}

/** User code that isn't a message's handler. */
type Run = (...args: readonly unknown[]) => unknown;

const ITERATOR = 'an iterator: a streaming handler is written as a generator function, `async *name() { ... }`';

function isIterator(value: unknown): boolean {
  try {
    return typeof value === 'object' && value !== null && typeof (value as { next?: unknown }).next === 'function';
  } catch {
    return false;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== undefined && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

// A spread of so few arguments would cost more than the handler.
function apply(handler: Handler, ctx: Invocation, args: readonly unknown[]): unknown {
  switch (args.length) {
    case 0: return handler.run(ctx);
    case 1: return handler.run(ctx, args[0]);
    case 2: return handler.run(ctx, args[0], args[1]);
    default: return handler.run(ctx, ...args);
  }
}
