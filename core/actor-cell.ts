import type { ActorRef, Ref } from './actor-ref.ts';
import type { ChildSlots } from './child-slots.ts';
import type { Clock, Random } from './clock.ts';
import type { Current } from './current.ts';
import type { Decision } from './decision.ts';
import type { Down } from './signal.ts';
import type { Deadlines } from './deadlines.ts';
import type { Definition, Handler } from './definition.ts';
import type { Envelope } from './envelope.ts';
import type { ExitReason } from './exit-reason.ts';
import type { Logger } from './log.ts';
import type { Mailbox } from './mailbox.ts';
import type { ProducerEnd } from './producer.ts';
import type { Spawn } from './spawn-options.ts';
import type { Status } from './lifecycle.ts';
import { Alarm } from './deadlines.ts';
import { IGNORED, Invocation } from './invocation.ts';
import { Producer } from './producer.ts';
import { NO_CHILD_SLOTS } from './child-slots.ts';
import { STREAM_WINDOW } from './stream.ts';
import { modeOf } from './definition.ts';
import { canMove } from './lifecycle.ts';
import { ActorCrashedError, ActorStoppedError, NotSendableError, toError, toReplyError } from './errors.ts';

/** What a cell needs of the runtime; the slot that it lives in. */
export interface CellPort {
  readonly slotId: number;
  readonly path: string;
  readonly self: Ref;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly random: Random;
  readonly deadlines: Deadlines;
  readonly current: Current;
  readonly log: Logger;
  readonly spawn: Spawn;
  readonly children: ChildSlots;
  /** Asks for a turn of the scheduler. */
  wake(): void;
  nextInvocationId(): number;
  /** Resolves after timers and input had their turn. */
  breathe(): Promise<void>;
  /** The time at which this turn began, near enough for a report. */
  turnStartedAt(): number;
  monitor(ref: ActorRef<object>): void;
  demonitor(ref: ActorRef<object>): void;
  /** Whether the monitor that `down` is of still stands. */
  isMonitored(down: Down): boolean;
  trapExit(trap: boolean): void;
  announce(child: ActorRef<object>, reason: ExitReason, decision: Decision): void;
  /** The count of handlers that run beyond their turn went from or to zero. */
  busy(isBusy: boolean): void;
  started(): void;
  refused(envelope: Envelope, refusal: Error): void;
  /** The one call that ends a cell. A cell that ends while it starts has failed to start; with `normal`, it has ignored that. */
  ended(reason: ExitReason, wasStarting: boolean): void;
}

/** How long `stop` may take after a crash or `ctx.stop()`; a stop that others asked for has their limit. */
const CLEANUP_MS = 5_000;

/** Drives one incarnation of an actor: takes from the mailbox, runs the handler, moves the lifecycle. */
export class ActorCell {
  readonly port: CellPort;
  readonly incarnation: number;
  state: unknown = undefined;
  readonly #definition: Definition;
  readonly #handlers: readonly Handler[];
  #status: Status = 'starting';
  #freePlaces: number;
  /** Invocations that go on beyond their turn; among them the holders of a place. */
  readonly #open = new Set<Invocation>();
  readonly #holders = new Set<Invocation>();
  /** How many handlers are in their synchronous part: one, unless they call into the runtime that calls back. */
  #steps = 0;
  /** Whether the last step's result is a promise; a field, since an object per message would be felt. */
  #isPending = false;
  /** Why it ends, once it does. */
  #reason: ExitReason = { kind: 'normal' };
  /** What `init` got: its signal is aborted when this incarnation has ended. */
  readonly #life: Invocation;
  /** The run of `stop`, once it has begun. */
  #cleanup: Invocation | undefined;
  readonly #cleanupLimit = new Alarm(() => this.#finish(this.#reason));

  constructor(port: CellPort, definition: Definition, incarnation: number) {
    this.port = port;
    this.incarnation = incarnation;
    this.#definition = definition;
    this.#handlers = definition.parts.handlers;
    this.#freePlaces = definition.parts.concurrency;
    this.#life = new Invocation(this, undefined);
  }

  get status(): Status { return this.#status; }

  get life(): Invocation { return this.#life; }

  /** The slots below it, as long as they are this incarnation's. */
  get children(): ChildSlots { return this.#status === 'stopped' ? NO_CHILD_SLOTS : this.port.children; }

  /** The messages that were taken from the mailbox, and aren't settled. */
  *unsettled(): Generator<Envelope, void, undefined> {
    for (const { envelope } of this.#open) if (envelope?.phase === 'running' && envelope.kind !== 'stream') yield envelope;
  }

  /** What runs beyond its turn: handlers, streams, `init` and `stop`. */
  *running(): Generator<{ readonly invocation: Invocation; readonly what: string }, void, undefined> {
    if (this.#status === 'starting') yield { invocation: this.#life, what: 'init' };
    if (this.#cleanup !== undefined) yield { invocation: this.#cleanup, what: 'stop' };
    for (const invocation of this.#open) {
      const { envelope } = invocation;
      // A stream that its consumer gives no credit waits for that; an answer for later is another handler's affair.
      const isBusy = envelope?.producer === undefined ? this.#holders.has(invocation) : envelope.producer.isPulling;
      if (isBusy) yield { invocation, what: envelope === undefined ? 'a signal' : this.#nameOf(envelope) };
    }
  }

  /** Runs `init`. Ends in `port.started` or `port.ended`; never throws. */
  start(input: unknown): void {
    const ctx = this.#life;
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
    for (let left = limit; left > 0; left--) {
      if (this.#status !== 'running' || this.#freePlaces === 0) return false;
      const exit = mailbox.hasExits ? mailbox.takeExit() : undefined;
      if (exit !== undefined) {
        this.#runSignal(this.#definition.parts.exit, exit);
        continue;
      }
      const envelope = mailbox.take();
      if (envelope === undefined) return false;
      this.#deliver(envelope);
    }
    return !mailbox.isEmpty;
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
    const error = new ActorStoppedError(this.port.path, 'wait for a reply of', 'maybe');
    for (const invocation of this.#open) this.#end(invocation, error);
    this.#finish({ kind: 'killed' });
  }

  /** Something failed outside of a handler's own promise: a timer or an unhandled rejection of its making. */
  crashFromOutside(error: unknown): void {
    if (this.#status === 'starting') this.#finish({ kind: 'error', error: toError(error) });
    else this.#crash(error, undefined);
  }

  /** The invocation answers later: the next message may come in. */
  release(invocation: Invocation): void {
    if (!this.#holders.delete(invocation)) return;
    this.#freePlaces++;
    if (this.#status === 'running') this.port.wake();
    else this.#cleanUpWhenIdle();
  }

  #deliver(envelope: Envelope): void {
    envelope.phase = 'running';
    if (envelope.deadline !== undefined) envelope.deadline.startedAt = this.port.turnStartedAt();
    if (envelope.seq !== 0) envelope.receipt.started(envelope);
    switch (envelope.kind) {
      case 'stop':
        this.#settle(envelope);
        // One meant for an earlier incarnation has been served by that one's end.
        if (envelope.incarnation === this.incarnation) this.stop({ kind: 'normal' });
        return;
      case 'down':
        this.#settle(envelope);
        if (this.port.isMonitored(envelope.args[0] as Down)) this.#runSignal(this.#definition.parts.down, envelope.args[0]);
        return;
      case 'stream':
        this.#startStream(envelope);
        return;
      case 'tell':
      case 'ask': this.#invoke(envelope, this.#handlers[envelope.handler] as Handler);
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
      this.#answer(envelope, result);
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
    if (handler.mode !== 'sync') {
      const promise = current.runAsync(invocation, () => apply(handler, invocation, args));
      this.#isPending = true;
      return promise;
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
  #runSignal(run: ((ctx: unknown, about: unknown) => unknown) | undefined, about: unknown): void {
    if (run === undefined) return;
    const ctx = new Invocation(this, undefined);
    this.#hold(ctx);
    this.#call(ctx, run, [ctx, about], () => this.#finished(ctx, undefined), (error) => this.#failed(ctx, error));
  }

  /** Runs user code beside the messages' handlers. */
  #call(
    ctx: Invocation, run: (a: unknown, b: unknown) => unknown, [a, b]: readonly [unknown, unknown],
    done: (value: unknown) => void, failed: (error: unknown) => void,
  ): void {
    const { current } = this.port;
    let result: unknown;
    try {
      const body = (): unknown => run(a, b);
      result = modeOf(run) === 'sync' ? current.runSync(ctx, body) : current.runAsync(ctx, body);
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
    if (invocation.envelope !== undefined) this.#answer(invocation.envelope, value);
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
      envelope.answer?.reject(toError(error));
      this.#settle(envelope);
      if (isRefusal) this.port.refused(envelope, error);
    }
    this.release(invocation);
  }

  #answer(envelope: Envelope, value: unknown): void {
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

  #settle(envelope: Envelope): void {
    envelope.phase = 'done';
    envelope.receipt.settled(envelope, 'handled');
  }

  #crash(error: unknown, culprit: Invocation | undefined): void {
    const reason: ExitReason = { kind: 'error', error: toError(error) };
    const isFirst = this.#status === 'running';
    // Before anything else runs: a listener of an aborted signal may want to stop what is crashing.
    if (isFirst) this.#move('stopping');
    if (this.#cleanup === undefined) this.#reason = reason;
    if (culprit !== undefined) this.#open.add(culprit);
    for (const invocation of this.#open) {
      const { envelope } = invocation;
      const action = envelope === undefined ? 'run' : `ask ${this.#nameOf(envelope)} of`;
      this.#end(invocation, new ActorCrashedError(this.port.path, action, 'maybe', reason.error));
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
    const ctx = this.#cleanup = new Invocation(this, undefined);
    const failed = (error: unknown): void => {
      this.#finish(this.#reason.kind === 'error' ? this.#reason : { kind: 'error', error: toError(error) });
    };
    this.port.busy(true);
    this.#call(ctx, stop, [ctx, this.#reason], () => this.#finish(this.#reason), failed);
  }

  #finish(reason: ExitReason): void {
    if (this.#status === 'stopped') return;
    const wasStarting = this.#status === 'starting';
    this.#move('stopped');
    this.port.deadlines.remove(this.#cleanupLimit);
    const gone = new ActorStoppedError(this.port.path, 'go on in');
    this.#life.abort(gone);
    this.#cleanup?.abort(gone);
    this.port.busy(false);
    this.port.ended(reason, wasStarting);
  }

  /** Ends an invocation from outside: its message was started, and will not be run again. */
  #end(invocation: Invocation, error: Error): void {
    const { envelope } = invocation;
    this.#closed(invocation);
    this.#holders.delete(invocation);
    if (envelope?.phase === 'running') {
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
    this.#open.add(invocation);
    if (this.#open.size === 1) this.port.busy(true);
  }

  #closed(invocation: Invocation): void {
    if (this.#open.delete(invocation) && this.#open.size === 0) this.port.busy(false);
  }

  #move(to: Status): void {
    if (!canMove(this.#status, to)) throw new Error(`illegal move of an actor: ${this.#status} to ${to}`);
    this.#status = to;
  }
}

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
