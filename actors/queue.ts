import type { Items } from './chunks.ts';
import type { ActorRef, ApiOf, WaitOptions } from '../core/actor-ref.ts';
import type { StartContext } from '../core/context.ts';
import type { QueueHandlers } from './queue/queue-actor.ts';
import type { Sendable, Unsendable } from '../core/sendable.ts';
import type { Spawn, SpawnOptions } from '../core/spawn-options.ts';
import {
  ActorCrashedError, ActorStoppedError, AskTimeoutError, ClosedError, FrameTooLargeError, HostDownError, NotSendableError, RefusedError, invalidOption,
} from '../core/errors.ts';
import { Chunks, checkItems } from './chunks.ts';
import { Delivery } from './delivery.ts';
import { QueueActor } from './queue/queue-actor.ts';
import { TICKETS, Tickets } from './tickets.ts';
import { SENDABLE } from '../core/sendable.ts';
import { checkFields, checkLimit } from '../core/options.ts';
import { checkMakerOptions } from './maker-options.ts';
import { checkWait } from '../core/within.ts';
import { currentActor } from '../runtime/current-actor.ts';
import { sendable } from '../core/sendable-class.ts';
import { spawn } from '../runtime/actor-system.ts';
import { ownMeta } from '../core/own-meta.ts';

/** How a queue is made: its `name`, its `host` and the rest as for any actor. */
export interface QueueOptions extends SpawnOptions<'anywhere'> {
  /** How many items may be ready before `put` waits: a whole number >= 1, or `Infinity`. Default `Infinity`. */
  capacity?: number;
  /** Where it is made. Default: the default system; in a handler, its actor. */
  system?: { readonly spawn: Spawn };
}

/** How items are consumed. */
export interface ItemsOptions {
  /**
   * How many items at most come at once, of those that are ready: more is faster, but what one consumer holds no other one can do
   * meanwhile. A whole number >= 1. Default 1.
   */
  window?: number;
  /** Ends it: it rejects with the signal's `reason`. */
  signal?: AbortSignal | undefined;
}

/** What it is to whoever uses it: itself when its items may travel, else the sentence that says why not. */
type Checked<T, Handle> = [Unsendable<T, 'queue item'>] extends [never] ? Handle : Record<Unsendable<T, 'queue item'>, never>;

type QueueRef = ActorRef<ApiOf<QueueHandlers>>;

/** How one call waits. */
interface Waiting {
  readonly ref: QueueRef;
  readonly signal: AbortSignal | undefined;
}

/** Items under a ticket and those behind it. */
interface Taken {
  readonly ticket: number;
  readonly values: readonly unknown[];
}

/**
 * Many producers, many consumers, on any hosts: made by {@link queue}. It is a value, and may be part of any message, to any host.
 *
 * Whoever puts first, is got first; whoever waits first, gets first. Each item goes to one consumer: the actor whose code asks for it, or the
 * program. It is that consumer's until it is acknowledged. When the consumer ends before that, crashes, or loses its host, the item goes
 * back to its place, and to the next one. What code that belongs to no actor takes is the program's.
 *
 * All is lost with the queue itself, when its actor or its host ends: whoever waits is told so, with an {@link ActorStoppedError} or
 * {@link HostDownError}.
 */
export class Queue<T> implements Sendable, AsyncIterable<T>, AsyncDisposable {
  declare readonly [SENDABLE]: true;
  // For the compiler alone: a queue of other items is another type.
  declare protected readonly item: (value: T) => T;
  readonly #ref: QueueRef;
  readonly #patient: QueueRef;
  readonly #tickets = new Tickets();

  /** Made by {@link queue}, or around the ref of a {@link QueueActor} that was started otherwise, as a supervisor's child. */
  constructor(ref: QueueRef) {
    this.#ref = ref;
    this.#patient = ref.with({ timeout: Infinity });
  }

  /** What it is made of, in a message. */
  static refOf(of: Queue<unknown>): QueueRef {
    return of.#ref;
  }

  /**
   * Puts an item behind all others, and resolves when the queue has it; waits while it is full, in turn. When that fails because the signal
   * was aborted or the queue's host has ended, the item may be there all the same; it is never there twice.
   *
   * @param options.timeout How long to wait. Default no limit.
   * @throws {ClosedError} (all as rejections) The queue is closed; the item isn't in it.
   * @throws {AskTimeoutError} No room within `timeout`. The item isn't in the queue, unless the error's `where` is `'unknown'`: then the
   *   queue hasn't answered at all.
   * @throws {NotSendableError | FrameTooLargeError} The item can't be sent; `path` says which part of it.
   * @throws {ActorStoppedError | HostDownError} The queue has ended.
   * @throws What `signal` was aborted with.
   */
  async put(item: T, options: WaitOptions = {}): Promise<void> {
    const { ref } = this.#within(options, 'put');
    await call('put into', () => ref.ask.put(item));
  }

  /**
   * {@link put}s one after the other, but many of them in one message: far faster for short ones. They are pulled as there is room for them;
   * those of an async iterable one by one, as they come. When it fails, those before the one that has failed are in the queue.
   *
   * @param options.timeout How long to wait for room, each time that there is none. Default no limit.
   * @throws As {@link put}, and what `items` throws.
   */
  async putAll(items: Items<T>, options: WaitOptions = {}): Promise<void> {
    const { ref } = this.#within(options, 'putAll');
    const chunks = new Chunks(checkItems(items), Symbol.asyncIterator in items ? 1 : PUT_TOGETHER);
    try {
      for (let chunk = await chunks.next(); chunk.length > 0; chunk = await chunks.next()) await this.#putChunk(ref, chunk);
    } finally {
      await chunks.close();
    }
  }

  /**
   * Puts an item if there is room, and says whether there was.
   *
   * @throws As {@link put}; `timeout` is for the answer, default 5 s.
   */
  async tryPut(item: T, options: WaitOptions = {}): Promise<boolean> {
    const { ref } = this.#within(options, 'tryPut', ANSWER_MS);
    return call('put into', () => ref.ask.tryPut(item));
  }

  /**
   * The first item, acknowledged at once. Calls that wait are served in turn.
   *
   * @param options.timeout How long to wait. Default no limit.
   * @throws {ClosedError} (all as rejections) The queue is closed, empty, and nothing can come back to it.
   * @throws {AskTimeoutError} Nothing within `timeout`. Nothing is lost by that.
   * @throws {ActorStoppedError | HostDownError} The queue has ended.
   * @throws What `signal` was aborted with. Nothing is lost by that.
   */
  async get(options: WaitOptions = {}): Promise<T> {
    const { ticket, values } = await this.#take(this.#within(options, 'get'), currentActor());
    this.#ref.tell.acknowledge(ticket);
    return values[0] as T;
  }

  /**
   * The first item, acknowledged at once; undefined if none is ready.
   *
   * @throws As {@link get}; `timeout` is for the answer, default 5 s.
   */
  async tryGet(options: WaitOptions = {}): Promise<T | undefined> {
    const { ticket, values } = await this.#take(this.#within(options, 'tryGet', ANSWER_MS), currentActor(), { waits: false });
    if (values.length === 0) return undefined;
    this.#ref.tell.acknowledge(ticket);
    return values[0] as T;
  }

  /**
   * The first item, which stays the consumer's until it acknowledges or releases it. Whoever holds one of the last items of a closed queue
   * and waits for another waits for itself.
   *
   * @throws As {@link get}.
   * @example
   * const jobs = await queue<string>();
   * await jobs.put('resize');
   * {
   *   using job = await jobs.take();
   *   if (job.value === 'resize') job.acknowledge();
   * }
   * await jobs.join();
   * await jobs[Symbol.asyncDispose]();
   */
  async take(options: WaitOptions = {}): Promise<Delivery<T>> {
    const { ticket, values } = await this.#take(this.#within(options, 'take'), currentActor());
    return new Delivery(values[0] as T, {
      acknowledge: () => { this.#ref.tell.acknowledge(ticket); },
      release: () => { this.#ref.tell.release(ticket, 1); },
    });
  }

  /** {@link items}, one at a time. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.items();
  }

  /**
   * All items until the queue is closed and empty, and nothing can come back to it. Each is acknowledged when the next one is asked for;
   * `break`, `return` and a throw give the one in hand back, with all others that have come along.
   *
   * @throws {TypeError} An option isn't what it should be.
   * @throws {ActorStoppedError | HostDownError} (as rejections) The queue has ended.
   */
  items(options: ItemsOptions = {}): AsyncGenerator<T, void, undefined> {
    const { window = 1, signal } = checkFields(options, 'the options of items()', ITEMS_OPTIONS) as ItemsOptions;
    if (!(Number.isInteger(window) && window >= 1 && window <= TICKETS)) throw invalidOption('window', window, `a whole number from 1 to ${TICKETS}`);
    return this.#items(window, this.#within({ signal }, 'items'), currentActor());
  }

  /**
   * Whether `get` would not wait: an item is ready, or nothing comes any more. Another consumer may be faster.
   *
   * @param options.timeout How long to wait for that, > 0 or `Infinity`. Default: not at all.
   * @throws {ActorStoppedError | HostDownError} (as rejections) The queue has ended.
   * @throws What `signal` was aborted with.
   */
  async poll(options: WaitOptions = {}): Promise<boolean> {
    const waits = options.timeout !== undefined;
    const { ref } = this.#within(options, 'poll', ANSWER_MS);
    try {
      return await ref.ask.isReady(waits);
    } catch (error) {
      if (waits && error instanceof AskTimeoutError) return false;
      throw error;
    }
  }

  /** How many items are ready, exactly; those that consumers hold are not. */
  async size(options: WaitOptions = {}): Promise<number> {
    return this.#within(options, 'size', ANSWER_MS).ref.ask.size();
  }

  /**
   * Resolves when all that was put is acknowledged.
   *
   * @param options.timeout How long to wait. Default no limit.
   * @throws {AskTimeoutError} (all as rejections) Not within `timeout`.
   * @throws {ActorStoppedError | HostDownError} The queue has ended.
   * @throws What `signal` was aborted with.
   */
  async join(options: WaitOptions = {}): Promise<void> {
    await this.#within(options, 'join').ref.ask.join();
  }

  /**
   * Nothing can be put any more: those who wait for room are refused, too. Consumers get what is there; they end when all of it is
   * acknowledged, as until then it may come back. Closing twice does nothing.
   */
  async close(options: WaitOptions = {}): Promise<void> {
    await this.#within(options, 'close', ANSWER_MS).ref.ask.close();
  }

  /** Ends the queue, for all who have it. What it holds is gone; whoever waits is told. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ref.stop();
  }

  toString(): string { return `Queue(${String(this.#ref)})`; }

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }

  async #putChunk(ref: QueueRef, values: readonly unknown[]): Promise<void> {
    try {
      await call('put into', () => ref.ask.put(...values));
    } catch (error) {
      // One of them can't be sent, or all of them are too long together.
      if (values.length === 1 || !(error instanceof NotSendableError || error instanceof FrameTooLargeError)) throw error;
      for (const value of values) await this.#putChunk(ref, [value]);
    }
  }

  async *#items(window: number, wait: Waiting, user: StartContext | undefined): AsyncGenerator<T, void, undefined> {
    // The tickets that were delivered, and not acknowledged.
    let first = 0;
    let count = 0;
    try {
      for (;;) {
        const taken = await this.#takeMore(wait, user, window);
        if (taken === undefined) return;
        first = taken.ticket;
        count = taken.values.length;
        for (const value of taken.values) {
          yield value as T;
          this.#ref.tell.acknowledge(first++);
          count--;
        }
      }
    } finally {
      if (count > 0) this.#ref.tell.release(first, count);
    }
  }

  /** Undefined when the queue is closed, and done with. */
  async #takeMore(wait: Waiting, user: StartContext | undefined, max: number): Promise<Taken | undefined> {
    try {
      return await this.#take(wait, user, { max });
    } catch (error) {
      if (error instanceof ClosedError) return undefined;
      // Together they are too long for a message.
      if (error instanceof FrameTooLargeError && max > 1) return this.#takeMore(wait, user, 1);
      throw error;
    }
  }

  async #take(
    { ref, signal }: Waiting, user: StartContext | undefined, { max = 1, waits = true }: { max?: number; waits?: boolean } = {},
  ): Promise<Taken> {
    const ticket = await this.#tickets.take(() => ref.ask.tickets(), max);
    const consumer = user === undefined ? undefined : { ref: user.self as unknown as ActorRef<object>, incarnation: user.incarnation };
    try {
      return { ticket, values: await call('get from', () => ref.ask.take(ticket, max, waits, consumer)) };
    } catch (error) {
      // Unless the queue has said that it is over, items may be on their way, or still to come.
      const wasAborted = signal?.aborted === true || user?.signal.aborted === true;
      if (wasAborted || !isOver(error)) this.#ref.tell.release(ticket, max);
      throw error;
    }
  }

  #within(options: WaitOptions, method: string, defaultMs = Infinity): Waiting {
    const { timeoutMs: timeout, signal } = checkWait(options, `the options of ${method}()`, defaultMs);
    return { ref: timeout === Infinity && signal === undefined ? this.#patient : this.#ref.with({ timeout, signal }), signal };
  }
}

/** How many items go together at most. */
const PUT_TOGETHER = 256;
/** How long the queue may take to answer what it answers at once. */
const ANSWER_MS = 5_000;
const ITEMS_OPTIONS: ReadonlySet<string> = new Set(['window', 'signal']);

sendable(ownMeta(import.meta), Queue, {
  name: 'troupe.queue',
  toData: (of: Queue<unknown>) => Queue.refOf(of),
  fromData: (ref) => new Queue<unknown>(ref),
});

async function call<R>(what: string, ask: () => Promise<R>): Promise<R> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'closed') throw new ClosedError(`${what} a queue`, error.message);
    throw error;
  }
}

/** Whether nothing more comes, as the queue is closed or has ended. */
function isOver(error: unknown): boolean {
  return [ClosedError, ActorStoppedError, ActorCrashedError, HostDownError].some((each) => error instanceof each);
}

/**
 * Makes a queue: an actor that keeps items between those who put them and those who get them, wherever they are. It lives on the host of
 * whoever makes it, or on `host`; made in a handler, it ends with that actor.
 *
 * @throws {TypeError | RangeError} (all as rejections) An option isn't what it should be.
 * @throws As `spawn`: its host can't be started, its `name` is taken.
 * @example
 * const squares = await queue<number>({ capacity: 64 });
 * for (const n of [1, 2, 3]) await squares.put(n * n);
 * await squares.close();
 * let sum = 0;
 * for await (const square of squares) sum += square; // 14 in the end
 * await squares[Symbol.asyncDispose]();
 */
export async function queue<T>(given: QueueOptions = {}): Promise<Checked<T, Queue<T>>> {
  const { capacity = Infinity, system, ...options } = checkMakerOptions(given, 'queue', 'capacity');
  const ref = await (system?.spawn ?? spawn)(QueueActor, { input: { capacity: checkLimit(capacity, 'capacity') }, ...options });
  return new Queue<T>(ref) as Checked<T, Queue<T>>;
}
