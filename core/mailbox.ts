import type { Envelope } from './envelope.ts';
import type { Exit } from './signal.ts';
import { Fifo } from './fifo.ts';

/**
 * What a full mailbox does with one message too many. `'reject'`: that message is refused. `'drop_newest'`: it is
 * dropped. `'drop_oldest'`: the one that has waited longest is dropped instead.
 */
export type Overflow = 'reject' | 'drop_oldest' | 'drop_newest';

/** How many messages may wait, and what happens to one more. */
export interface MailboxLimit {
  readonly capacity: number;
  readonly overflow: Overflow;
}

const COMPACT_ABOVE = 64;

/** A signal keeps its place: it is due once so many messages have left. */
interface PlacedSignal {
  readonly envelope: Envelope;
  readonly after: number;
}

/**
 * What waits for one slot: messages in order, signals at their places among them, and exits of children in a lane of
 * their own that goes first. Only messages count, and only they are ever dropped.
 */
export class Mailbox {
  readonly limit: MailboxLimit;
  #messages = new Fifo<Envelope>();
  readonly #signals = new Fifo<PlacedSignal>();
  readonly #exits = new Fifo<Exit>();
  /** How many messages have ever been put in the ring, and have left it. */
  #posted = 0;
  #left = 0;
  /** Of those in the ring, how many were cancelled. */
  #forgotten = 0;

  constructor(limit: MailboxLimit) {
    this.limit = limit;
  }

  /** How many messages wait. Signals don't count. */
  get size(): number { return this.#messages.size - this.#forgotten; }

  /** Whether {@link post} would take in one more message. */
  get hasPlace(): boolean { return this.size < this.limit.capacity || this.limit.overflow === 'drop_oldest'; }

  /** Whether nothing waits at all: no message, signal or exit. */
  get isEmpty(): boolean { return this.size === 0 && this.#signals.size === 0 && this.#exits.size === 0; }

  get hasExits(): boolean { return this.#exits.size > 0; }

  /** Takes a message in. Returns the one for which there is no place, if that is one too many. */
  post(envelope: Envelope): Envelope | undefined {
    let tooMany: Envelope | undefined;
    if (this.size >= this.limit.capacity) {
      if (this.limit.overflow !== 'drop_oldest') return envelope;
      tooMany = this.#takeMessage();
    }
    envelope.mailbox = this;
    this.#messages.push(envelope);
    this.#posted++;
    return tooMany;
  }

  postSignal(envelope: Envelope): void {
    this.#signals.push({ envelope, after: this.#posted });
  }

  postExit(exit: Exit): void {
    this.#exits.push(exit);
  }

  /** Exits of this kind aren't delivered any more. */
  dropExits(isDropped: (exit: Exit) => boolean): void {
    for (let left = this.#exits.size; left > 0; left--) {
      const exit = this.#exits.shift() as Exit;
      if (!isDropped(exit)) this.#exits.push(exit);
    }
  }

  takeExit(): Exit | undefined {
    return this.#exits.shift();
  }

  /** The next message or signal. */
  take(): Envelope | undefined {
    if (this.#signals.size > 0) {
      this.#dropForgotten();
      if ((this.#signals.peek()?.after ?? Infinity) <= this.#left) return this.#signals.shift()?.envelope;
    }
    return this.#takeMessage();
  }

  /** A waiting message was cancelled: it keeps its place until that is reached, or the ring is worth compacting. */
  forget(): void {
    this.#forgotten++;
    // The places of signals count those who were forgotten.
    if (this.#signals.size > 0 || this.#forgotten < COMPACT_ABOVE || this.#forgotten * 2 < this.#messages.size) return;
    const kept = new Fifo<Envelope>();
    for (const envelope of this) kept.push(envelope);
    this.#messages = kept;
    this.#posted = this.#left + kept.size;
    this.#forgotten = 0;
  }

  /** The messages, from the oldest on. Changing the mailbox meanwhile isn't allowed. */
  *[Symbol.iterator](): Generator<Envelope, void, undefined> {
    for (const envelope of this.#messages) if (envelope.phase === 'queued') yield envelope;
  }

  #takeMessage(): Envelope | undefined {
    this.#dropForgotten();
    const envelope = this.#messages.shift();
    if (envelope === undefined) return undefined;
    this.#left++;
    envelope.mailbox = undefined;
    return envelope;
  }

  #dropForgotten(): void {
    if (this.#forgotten === 0) return;
    for (let first = this.#messages.peek(); first !== undefined && first.phase !== 'queued'; first = this.#messages.peek()) {
      this.#messages.shift();
      this.#left++;
      this.#forgotten--;
    }
  }
}
