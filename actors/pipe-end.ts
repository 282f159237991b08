import type { ActorRef, ApiOf, WaitOptions } from '../core/actor-ref.ts';
import type { Holding, PipeHandlers, Side } from './pipe/pipe-actor.ts';
import type { Sendable } from '../core/sendable.ts';
import type { StartContext } from '../core/context.ts';
import { ActorStoppedError, AskTimeoutError, ClosedError, FrameTooLargeError, HostDownError, RefusedError } from '../core/errors.ts';
import { Fifo } from '../core/fifo.ts';
import { SENDABLE } from '../core/sendable.ts';
import { Turns } from './pipe/turns.ts';
import { checkWait } from '../core/within.ts';
import { currentActor } from '../runtime/current-actor.ts';
import { decodeValue, encodeValue } from '../runtime/value-bytes.ts';
import { sendable } from '../core/sendable-class.ts';
import { ownMeta } from '../core/own-meta.ts';

type PipeRef = ActorRef<ApiOf<PipeHandlers>>;

const FIRST_BATCH = 16;
const MAX_BATCH = 256;
/** After so many values it asks whether anybody reads them. */
const CHECK_EVERY = 16;
const FOREVER: WaitOptions = { timeout: Infinity };
const END = Symbol('end');

/**
 * One end of a {@link pipe}: sends `S`, receives `R`. It is a value, and may be part of any message, to any host. The actor that uses it
 * holds it, until another one does: when its holder ends, it is closed. Use it in one place: a copy that was left behind fails with
 * {@link ClosedError} as soon as it notices.
 */
export class PipeEnd<S, R> implements Sendable, AsyncIterable<R>, AsyncDisposable {
  declare readonly [SENDABLE]: true;
  // What it sends, for the compiler alone: an end for other values is another type.
  declare protected readonly sends: (value: S) => void;
  readonly #pipe: PipeRef;
  readonly #side: Side;
  /** How long its values may be as bytes, if the other end is in another program: then its pipe carries bytes. */
  readonly #maxBytes: number | undefined;
  /** The actor whose code has used it last, and its claim. */
  #holder: Pick<StartContext, 'name' | 'incarnation'> | undefined;
  #holding: Promise<Holding> | undefined;
  #claim = 0;
  #sent: number;
  #room = 0;
  /** How many values its user has got, and those behind them that are here already. */
  #taken: number;
  #values = new Fifo<unknown>();
  #isLast = false;
  #batch = FIRST_BATCH;
  /** Why nothing that it sends is read any more, once that is known. */
  #whyNot: string | undefined;
  #isClosed = false;
  readonly #sends = new Turns((wait) => this.#patience(wait));
  readonly #receives = new Turns((wait) => this.#patience(wait));

  /** Made by {@link pipe}, {@link listen} and {@link connect}. */
  constructor(pipe: PipeRef, side: Side, maxBytes?: number, sent = 0, taken = 0) {
    this.#pipe = pipe;
    this.#side = side;
    this.#maxBytes = maxBytes;
    this.#sent = sent;
    this.#taken = taken;
  }

  /** What it is made of, in a message. */
  static toData(end: PipeEnd<unknown, unknown>): EndData {
    return { pipe: end.#pipe, side: end.#side, maxBytes: end.#maxBytes, sent: end.#sent, taken: end.#taken };
  }

  /**
   * Sends a value, and resolves when it is on its way; waits while as many as the pipe's `capacity` are unread. Values arrive in order.
   * What is on its way when the other end is closed is lost. That it is closed is noticed one of the next 16 values, and one way there and
   * back, later; or with the next `receive`.
   *
   * @throws {ClosedError} (all as rejections) One of both ends is closed, or somebody else uses this one now. The value isn't sent.
   * @throws {AskTimeoutError} No room within `timeout`, default no limit. The value isn't sent.
   * @throws {NotSendableError | FrameTooLargeError} The value can't be sent.
   * @throws What `signal` was aborted with.
   */
  async send(value: S, options?: WaitOptions): Promise<void> {
    const message = this.#maxBytes === undefined ? value : encodeValue(value, 'a value of a pipe', this.#maxBytes);
    if (options === undefined && this.#mustNotWait(this.#sends) && this.#whyNot === undefined && this.#sent < this.#room) {
      this.#post(message);
      return;
    }
    const wait = checkWait(options ?? {}, 'the options of send()', Infinity);
    await this.#sends.take({ timeout: wait.timeoutMs, signal: wait.signal }, (left) => this.#send(message, left));
  }

  /**
   * The next value. Calls are served in their order.
   *
   * @throws {ProtocolError} A value of another program has an instance of a class that isn't registered here; the next call gets the next value.
   * @throws {ClosedError} (all as rejections) The other end is closed, and all that it has sent was received; this one is closed; or
   *   somebody else uses it now.
   * @throws {AskTimeoutError} Nothing within `timeout`, default no limit. Nothing is lost by that.
   * @throws What `signal` was aborted with.
   */
  async receive(options?: WaitOptions): Promise<R> {
    if (options === undefined && this.#isHere) return this.#next();
    const { timeoutMs: timeout, signal } = checkWait(options ?? {}, 'the options of receive()', Infinity);
    return this.#read({ timeout, signal }, true, () => this.#next());
  }

  /**
   * Whether `receive` would not wait: a value is there, or the other end is closed.
   *
   * @param options.timeout How long to wait for that, > 0 or `Infinity`. Default: not at all.
   * @throws {ClosedError} (as a rejection) This end is closed, or somebody else uses it now.
   * @throws What `signal` was aborted with.
   */
  async poll(options: WaitOptions = {}): Promise<boolean> {
    const { timeoutMs: timeout, signal } = checkWait(options, 'the options of poll()', Infinity);
    const waits = options.timeout !== undefined;
    // What there is goes to those who wait already.
    if (!waits && this.#receives.isBusy && !this.#isClosed) return this.#values.size > 0 || this.#isLast;
    try {
      return await this.#read({ timeout, signal }, waits, () => this.#values.size > 0 || this.#isLast);
    } catch (error) {
      if (waits && error instanceof AskTimeoutError) return false;
      throw error;
    }
  }

  /** All values until the other end is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    for (;;) {
      const item = this.#isHere ? this.#next() : await this.#read(FOREVER, true, () => this.#values.size === 0 ? END : this.#next());
      if (item === END) return;
      yield item;
    }
  }

  /** This end belongs to `actor` from now on: when that ends, it is closed, even if it was never used. */
  async giveTo(actor: ActorRef<object>): Promise<void> {
    await this.#call((pipe) => pipe.ask.giveTo(this.#side, actor), 'give');
  }

  /** Closes this end: the other one receives what was sent, then its calls reject with {@link ClosedError}. Closing twice does nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    try {
      const { claim } = await this.#hold(FOREVER);
      this.#isClosed = true;
      await this.#pipe.ask.close(this.#side, claim, this.#taken);
    } catch (error) {
      // Closed by somebody else: that is what was wanted.
      if (closedText(error) === undefined) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  toString(): string { return `PipeEnd(${this.#side === 0 ? 'left' : 'right'})`; }

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }

  async #send(message: unknown, wait: WaitOptions): Promise<void> {
    if (this.#isClosed) throw new ClosedError('send to a pipe', 'this end is closed');
    if (this.#isLast) throw new ClosedError('send to a pipe', 'the other end is closed');
    if (this.#isMoved) await this.#hold(wait);
    if (this.#whyNot !== undefined) throw new ClosedError('send to a pipe', this.#whyNot);
    if (this.#sent >= this.#room) {
      this.#room = await this.#call((pipe) => pipe.with(wait).ask.room(this.#side, this.#claim, this.#sent), 'send to');
    }
    this.#post(message);
  }

  #post(message: unknown): void {
    this.#pipe.tell.send(this.#side, message);
    if (this.#sent++ % CHECK_EVERY === 0) this.#check();
  }

  /** Whether nothing is to be heard of the pipe before a call, and none is before it. */
  #mustNotWait(turns: Turns): boolean {
    return !turns.isBusy && !this.#isClosed && !this.#isLast && !this.#isMoved;
  }

  #patience(wait: WaitOptions): Promise<void> {
    return this.#call((pipe) => pipe.with(wait).ask.patience(), 'wait for');
  }

  /** Asks whether what it sends has any use; the answer may come any time. */
  #check(): void {
    const claim = this.#claim;
    this.#pipe.with(FOREVER).ask.check(this.#side, claim).catch((error: unknown) => {
      if (claim === this.#claim) this.#whyNot = closedText(error);
    });
  }

  /** `get`, once there is a value, or nothing more comes; behind the calls before this one. */
  #read<T>(wait: WaitOptions, waits: boolean, get: () => T): Promise<T> {
    return this.#receives.take(wait, async (left) => {
      await this.#fill(left, waits);
      return get();
    });
  }

  async #fill(wait: WaitOptions, waits: boolean): Promise<void> {
    if (this.#isClosed) throw new ClosedError('receive from a pipe', 'this end is closed');
    if (this.#isMoved) await this.#hold(wait);
    if (this.#values.size > 0 || this.#isLast) return;
    const { values, isLast } = await this.#call((pipe) => this.#readBatch(pipe.with(wait), waits), 'receive from');
    for (const value of values) this.#values.push(value);
    this.#isLast = isLast;
    this.#batch = values.length < this.#batch ? this.#batch : Math.min(this.#batch * 2, MAX_BATCH);
  }

  async #readBatch(pipe: PipeRef, waits: boolean): Promise<{ readonly values: readonly unknown[]; readonly isLast: boolean }> {
    try {
      return await pipe.ask.read(this.#side, this.#claim, this.#taken, this.#batch, waits);
    } catch (error) {
      // Together they are too long: one by one they have been sent.
      if (!(error instanceof FrameTooLargeError) || this.#batch === 1) throw error;
      this.#batch = 1;
      return this.#readBatch(pipe, waits);
    }
  }

  /** Whether the next value is here, for whoever asks for it now. */
  get #isHere(): boolean {
    return this.#values.size > 0 && !this.#receives.isBusy && !this.#isClosed && !this.#isMoved;
  }

  #next(): R {
    if (this.#values.size === 0) throw new ClosedError('receive from a pipe', 'the other end is closed');
    this.#taken++;
    const message = this.#values.shift();
    return (this.#maxBytes === undefined ? message : decodeValue(message as Uint8Array)) as R;
  }

  /** Whether it is used for the first time, or by another actor than before. What an actor has left behind in a callback is still its own. */
  get #isMoved(): boolean {
    if (this.#claim === 0) return true;
    const user = currentActor();
    return user !== undefined && (user.name !== this.#holder?.name || user.incarnation !== this.#holder.incarnation);
  }

  /** Makes this copy, and the actor that uses it, the holder. */
  #hold(wait: WaitOptions): Promise<Holding> {
    const user = currentActor();
    if (this.#isMoved && this.#claim !== 0) this.#holding = undefined;
    this.#holder = user && { name: user.name, incarnation: user.incarnation };
    return this.#holding ??= this.#call(async (pipe) => {
      try {
        const owner = user && { ref: user.self as unknown as ActorRef<object>, incarnation: user.incarnation };
        const holding = await pipe.with(wait).ask.claim(this.#side, owner, this.#sent, this.#taken);
        this.#claim = holding.claim;
        this.#whyNot = undefined;
        this.#sent = holding.sent;
        this.#room = holding.room;
        this.#taken = holding.taken;
        return holding;
      } catch (error) {
        this.#holding = undefined;
        throw error;
      }
    }, 'use');
  }

  async #call<T>(ask: (pipe: PipeRef) => Promise<T>, what: string): Promise<T> {
    try {
      return await ask(this.#pipe);
    } catch (error) {
      const text = closedText(error);
      throw text === undefined ? error : new ClosedError(`${what} a pipe`, text, { cause: error });
    }
  }
}

/** What the end of the pipe is to its users; undefined for other failures. */
function closedText(error: unknown): string | undefined {
  if (error instanceof RefusedError && (error.code === 'closed' || error.code === 'moved')) return error.message;
  if (error instanceof ActorStoppedError) return 'both ends are closed, or the actor that made it has ended';
  return error instanceof HostDownError ? 'the host that it lived on has ended' : undefined;
}

interface EndData {
  readonly pipe: PipeRef;
  readonly side: Side;
  readonly maxBytes: number | undefined;
  readonly sent: number;
  readonly taken: number;
}

sendable(ownMeta(import.meta), PipeEnd, {
  name: 'troupe.pipe-end',
  toData: (end: PipeEnd<unknown, unknown>): EndData => PipeEnd.toData(end),
  fromData: ({ pipe, side, maxBytes, sent, taken }: EndData) => new PipeEnd<unknown, unknown>(pipe, side, maxBytes, sent, taken),
});
