import type { Envelope } from './envelope.ts';
import type { Exit } from './signal.ts';
import { Fifo } from './fifo.ts';

const COMPACT_ABOVE = 64;

/** What waits for one slot: messages in order, and exits of children in a lane of their own that goes first. */
export class Mailbox {
  #messages = new Fifo<Envelope>();
  readonly #exits = new Fifo<Exit>();
  #forgotten = 0;

  /** How many messages wait. Exits don't count. */
  get size(): number { return this.#messages.size - this.#forgotten; }

  get hasExits(): boolean { return this.#exits.size > 0; }

  post(envelope: Envelope): void {
    envelope.mailbox = this;
    this.#messages.push(envelope);
  }

  postExit(exit: Exit): void {
    this.#exits.push(exit);
  }

  takeExit(): Exit | undefined {
    return this.#exits.shift();
  }

  take(): Envelope | undefined {
    for (;;) {
      const envelope = this.#messages.shift();
      if (envelope === undefined) return undefined;
      if (envelope.phase === 'queued') {
        envelope.mailbox = undefined;
        return envelope;
      }
      this.#forgotten--;
    }
  }

  /** A waiting message was cancelled: it keeps its place until that is reached, or the ring is worth compacting. */
  forget(): void {
    this.#forgotten++;
    if (this.#forgotten < COMPACT_ABOVE || this.#forgotten * 2 < this.#messages.size) return;
    const kept = new Fifo<Envelope>();
    for (const envelope of this.#messages) if (envelope.phase === 'queued') kept.push(envelope);
    this.#messages = kept;
    this.#forgotten = 0;
  }
}
