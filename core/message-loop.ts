import type { ActorCell } from './actor-cell.ts';
import type { Down } from './signal.ts';
import type { Envelope } from './envelope.ts';
import type { Handler } from './definition.ts';
import type { ProducerEnd } from './producer.ts';
import type { Timer, TimerCounts } from './timers.ts';
import { Invocation } from './invocation.ts';
import { OpenInvocations } from './open-invocations.ts';
import { Producer } from './producer.ts';
import { RecentHandlers } from './recent-handlers.ts';
import { STREAM_WINDOW } from './stream.ts';
import { Stash } from './stash.ts';
import { Timers } from './timers.ts';
import { ActorError, ActorStoppedError, NotSendableError, StashFullError, toError, toReplyError } from './errors.ts';

/**
 * What one incarnation does while it is running: it takes one message or signal after the other from the mailbox, runs what is to
 * handle it, and answers.
 */
export class MessageLoop {
  readonly open: OpenInvocations;
  readonly recent = new RecentHandlers();
  readonly #cell: ActorCell;
  readonly #handlers: readonly Handler[];
  readonly #followsAll: boolean;
  /** How many handlers are in their synchronous part: one, unless they call into the runtime that calls back. */
  #steps = 0;
  #timers: Timers | undefined;
  /** Who is to be told when nothing holds a place any more; set while it is suspended. */
  #suspension: (() => void)[] | undefined;

  constructor(cell: ActorCell) {
    const { handlers, concurrency } = cell.definition.parts;
    this.#cell = cell;
    this.#handlers = handlers;
    this.#followsAll = cell.port.followsAll;
    this.open = new OpenInvocations(cell.port, concurrency, () => this.#timers?.rested());
  }

  /** Handles up to `limit` messages. True when it could go on at once. */
  runSlice(limit: number): boolean {
    const cell = this.#cell;
    const { mailbox } = cell.port;
    let left = limit;
    for (; left > 0; left--) {
      if (cell.status !== 'running' || !this.open.hasFreePlace || this.#suspension !== undefined) break;
      const exit = mailbox.hasExits ? mailbox.takeExit() : undefined;
      if (exit !== undefined) {
        this.#runSignal('signals.exit', cell.definition.parts.exit, exit);
        continue;
      }
      const envelope = mailbox.take();
      if (envelope === undefined) break;
      this.#deliver(envelope);
    }
    this.#timers?.handled(limit - left);
    return left === 0 && !mailbox.isEmpty;
  }

  /** Whether nothing is being handled that the end of its actor would wait for. */
  get isIdle(): boolean { return !this.open.hasHolders && this.#steps === 0; }

  /** The message that is being handled; the first of them. */
  get handled(): Envelope | undefined {
    const { current: { active }, slotId } = this.#cell.port;
    return active?.slotId === slotId && active.envelope !== undefined ? active.envelope : this.open.firstHeld;
  }

  /** The invocation answers later: the next message may come in. */
  release(invocation: Invocation): void {
    if (!this.open.release(invocation)) return;
    if (invocation.isAbandoned) this.abandoned(invocation);
    if (this.#suspension !== undefined) this.#tellWhenSuspended(this.#suspension);
    if (this.#cell.status === 'running') this.#cell.port.wake();
    else this.#cell.cleanUpWhenIdle();
  }

  /** Nobody waits for its result any more. An answer for later will perhaps never come: it is over. */
  abandoned(invocation: Invocation): void {
    const { envelope } = invocation;
    if (!this.open.has(invocation) || this.open.holds(invocation)) return;
    this.open.close(invocation);
    if (envelope?.phase !== 'running') return;
    this.#cell.port.mailbox.stash?.release(envelope);
    envelope.settle();
  }

  // Timers

  /** Those of this incarnation, made on first use. */
  get timers(): Timers {
    if (this.#timers !== undefined) return this.#timers;
    const cell = this.#cell;
    const { port } = cell;
    const timers = this.#timers = new Timers({
      clock: port.clock,
      deadlines: port.deadlines,
      isQuiet: () => cell.status === 'running' && this.open.isEmpty && port.mailbox.isEmpty,
      post: (timer) => port.postTimer(timer),
      awaited: (isAwaited) => port.awaitTimers(isAwaited),
    });
    if (cell.isEnding) timers.close();
    return timers;
  }

  get timerCounts(): TimerCounts {
    return this.#timers?.counts ?? { after: 0, every: 0, idle: false };
  }

  /** No timer is due any more. */
  closeTimers(): void {
    this.#timers?.close();
  }

  // Suspension

  get isSuspended(): boolean { return this.#suspension !== undefined; }

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
    this.#cell.port.wake();
  }

  #tellWhenSuspended(waiting: (() => void)[]): void {
    if (!this.open.hasHolders) for (const done of waiting.splice(0)) done();
  }

  // The stash

  /**
   * Has the message of `invocation` put aside when its handler ends.
   *
   * @throws {StashFullError}
   * @throws {ActorError} `TROUPE_NOT_STASHABLE`
   */
  stash({ envelope, what = 'what has been handled' }: Invocation): void {
    const { mailbox, path } = this.#cell.port;
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
    if (this.#cell.status !== 'running') return;
    this.#cell.port.mailbox.stash?.giveBack();
    this.#cell.port.wake();
  }

  // One message

  #deliver(envelope: Envelope): void {
    const cell = this.#cell;
    // One that was put aside has been told of, and others behind it since.
    if (envelope.phase === 'queued' && (envelope.seq !== 0 || this.#followsAll)) envelope.receipt.started(envelope);
    envelope.phase = 'running';
    if (envelope.deadline !== undefined) envelope.deadline.startedAt = cell.port.turnStartedAt();
    switch (envelope.kind) {
      case 'stop':
        envelope.settle();
        // One meant for an earlier incarnation has been served by that one's end.
        if (envelope.incarnation === cell.incarnation) cell.stop({ kind: 'normal' });
        return;
      case 'down':
        envelope.settle();
        if (cell.port.isMonitored(envelope.args[0] as Down)) {
          this.#runSignal('signals.down', cell.definition.parts.down, envelope.args[0]);
        }
        return;
      case 'timer':
        envelope.settle();
        this.#runTimer(envelope.args[0] as Timer);
        return;
      case 'stream':
        this.recent.note(envelope.handler);
        this.#startStream(envelope);
        return;
      case 'tell':
      case 'ask':
        this.recent.note(envelope.handler);
        this.#invoke(envelope, this.#handlers[envelope.handler] as Handler);
    }
  }

  #invoke(envelope: Envelope, handler: Handler): void {
    const cell = this.#cell;
    const invocation = new Invocation(cell, envelope);
    let result: unknown;
    this.#steps++;
    try {
      result = cell.code.handle(handler, invocation, envelope.args);
    } catch (error) {
      this.#steps--;
      this.#fail(invocation, error, false);
      return;
    }
    this.#steps--;
    const { isPending } = cell.code;
    if (cell.status === 'stopped') {
      // It has killed its own actor; how its promise ends concerns nobody any more.
      if (isPending) Promise.resolve(result).catch(() => undefined);
      this.open.end(invocation, new ActorStoppedError(cell.port.path, 'wait for a reply of', 'maybe'));
      return;
    }
    if (!isPending) {
      this.#answer(invocation, envelope, result);
      cell.cleanUpWhenIdle();
      return;
    }
    envelope.invocation = invocation;
    this.open.hold(invocation);
    void Promise.resolve(result).then(
      (value) => this.#finished(invocation, value),
      (error: unknown) => this.#failed(invocation, error),
    );
  }

  /** A stream holds no place: its message counts as handled once it has begun. */
  #startStream(envelope: Envelope): void {
    const { answer } = envelope;
    if (answer === undefined) return;
    const cell = this.#cell;
    const invocation = envelope.invocation = new Invocation(cell, envelope);
    const ended = (end: ProducerEnd): void => this.#streamEnded(invocation, end);
    const producer = new Producer(invocation, cell.port.current, answer, ended, () => cell.port.breathe());
    this.open.open(invocation);
    envelope.receipt.settled(envelope, 'handled');
    this.#steps++;
    try {
      const items = cell.code.stream(this.#handlers[envelope.handler] as Handler, invocation, envelope.args);
      envelope.producer = producer;
      producer.start(items, STREAM_WINDOW);
    } catch (error) {
      this.#streamEnded(invocation, { kind: 'threw', error });
    } finally {
      this.#steps--;
    }
    cell.cleanUpWhenIdle();
  }

  #streamEnded(invocation: Invocation, end: ProducerEnd): void {
    const { envelope } = invocation;
    if (envelope === undefined || !this.open.has(invocation)) return;
    envelope.producer = undefined;
    switch (end.kind) {
      case 'done':
        envelope.answer?.resolve(undefined);
        break;
      case 'cancelled': break;
      case 'threw':
        if (!invocation.isAborted && !invocation.isRefusal(end.error)) {
          this.#cell.crash(end.error, invocation);
          return;
        }
        envelope.answer?.reject(toError(end.error));
        break;
    }
    envelope.phase = 'done';
    this.open.close(invocation);
  }

  /** Runs a handler of `signals`: one at a time with the messages. */
  #runSignal(what: string, run: ((ctx: unknown, about: unknown) => unknown) | undefined, about: unknown): void {
    if (run === undefined) return;
    const ctx = new Invocation(this.#cell, undefined, what);
    this.open.hold(ctx);
    this.#cell.code.run(ctx, run, [ctx, about], () => this.#finished(ctx, undefined), (error) => this.#failed(ctx, error));
  }

  /** Runs what a timer is for, as a signal's handler. */
  #runTimer(timer: Timer): void {
    const run = this.#timers?.take(timer);
    if (run === undefined) return;
    const ctx = new Invocation(this.#cell, undefined, timer.kind);
    this.open.hold(ctx);
    // Often a plain function that returns a promise: what comes after its first `await` is this actor's, too.
    this.#cell.code.run(
      ctx, run as (ctx: unknown) => unknown, [ctx], () => this.#finished(ctx, undefined), (error) => this.#failed(ctx, error), true,
    );
  }

  // Its end

  #finished(invocation: Invocation, value: unknown): void {
    if (!this.open.has(invocation)) {
      // It comes too late, which is counted.
      if (invocation.isAbandoned) invocation.envelope?.answer?.resolve(value);
      return;
    }
    this.open.close(invocation);
    if (invocation.envelope !== undefined) this.#answer(invocation, invocation.envelope, value);
    this.release(invocation);
  }

  #failed(invocation: Invocation, error: unknown): void {
    if (!this.open.has(invocation)) return;
    const answersLater = !this.open.holds(invocation);
    this.#fail(invocation, error, answersLater);
  }

  /** @param isAnswer `error` is what the handler answers, not what it threw. */
  #fail(invocation: Invocation, error: unknown, isAnswer: boolean): void {
    const isRefusal = invocation.isRefusal(error);
    if (!isAnswer && !isRefusal && !invocation.isAborted) {
      this.#cell.crash(error, invocation);
      return;
    }
    const { envelope } = invocation;
    this.open.close(invocation);
    if (envelope !== undefined) {
      const { port } = this.#cell;
      port.mailbox.stash?.release(envelope);
      envelope.answer?.reject(toError(error));
      envelope.settle();
      if (isRefusal) port.refused(envelope, error);
    }
    this.release(invocation);
  }

  #answer(invocation: Invocation, envelope: Envelope, value: unknown): void {
    const { mailbox: { stash } } = this.#cell.port;
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
    envelope.settle();
  }

  /** Whether the handler that has ended had called `ctx.stash()`, and somebody still waits. */
  #putAside(stash: Stash, invocation: Invocation, envelope: Envelope): boolean {
    if (invocation.isAborted) stash.release(envelope);
    if (!stash.put(envelope)) return false;
    const { deadline } = envelope;
    if (deadline !== undefined) deadline.ranBefore += this.#cell.port.clock.now() - deadline.startedAt;
    return true;
  }

  #nameOf(envelope: Envelope): string {
    return this.#cell.definition.shape.nameOf(envelope.handler);
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
