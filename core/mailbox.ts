import type { Envelope, Waiting } from './envelope.ts';
import type { Exit } from './signal.ts';
import type { Stash } from './stash.ts';
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
  /** How many messages may be put aside; they don't count here. */
  readonly stash: number;
}

const COMPACT_ABOVE = 64;

/** A signal keeps its place: it is due once so many messages have left. */
interface PlacedSignal {
  readonly envelope: Envelope;
  readonly after: number;
}

/** An exit that waits; of a link, the slot at its other end: once that is unlinked, it is not to be told. */
interface WaitingExit {
  readonly exit: Exit;
  readonly link: number | undefined;
}

/**
 * What waits for one slot: messages in order, signals at their places among them, and exits in a lane of their own
 * that goes first; then what was taken back from the stash. Only messages count, and only they are ever dropped.
 */
export class Mailbox implements Waiting {
  readonly limit: MailboxLimit;
  /** Made when a message is put aside for the first time. */
  stash: Stash | undefined = undefined;
  #messages = new Fifo<Envelope>();
  readonly #signals = new Fifo<PlacedSignal>();
  readonly #exits = new Fifo<WaitingExit>();
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

  /** How many signals wait, exits among them. */
  get signals(): number { return this.#signals.size + this.#exits.size; }

  /** Whether {@link post} would take in one more message. */
  get hasPlace(): boolean { return this.size < this.limit.capacity || this.limit.overflow === 'drop_oldest'; }

  /** Whether nothing waits at all: no message, signal or exit, nor what was taken back from the stash. */
  get isEmpty(): boolean { return this.size === 0 && this.signals === 0 && (this.stash === undefined || this.stash.back === 0); }

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

  /** @param link The slot at the other end, if it comes of a link. */
  postExit(exit: Exit, link?: number): void {
    this.#exits.push({ exit, link });
  }

  takeExit(): Exit | undefined {
    return this.#exits.shift()?.exit;
  }

  /** Exits of this kind aren't delivered any more. `link`: the slot at the other end, if it comes of one. */
  dropExits(isDropped: (exit: Exit, link: number | undefined) => boolean): void {
    for (let left = this.#exits.size; left > 0; left--) {
      const waiting = this.#exits.shift() as WaitingExit;
      if (!isDropped(waiting.exit, waiting.link)) this.#exits.push(waiting);
    }
  }

  /** The next message or signal. */
  take(): Envelope | undefined {
    if (this.stash !== undefined) {
      const back = this.stash.take();
      if (back !== undefined) return back;
    }
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
