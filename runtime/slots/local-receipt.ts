import type { DeadLetterReason, Envelope, Fate, Receipt } from '../../core/envelope.ts';
import type { Deadlines } from '../../core/deadlines.ts';
import type { Tally } from '../tally.ts';

/** The messages between actors of this thread, for its account. */
export class LocalReceipt implements Receipt {
  readonly #deadlines: Deadlines;
  readonly #tally: Tally;

  constructor(deadlines: Deadlines, tally: Tally) {
    this.#deadlines = deadlines;
    this.#tally = tally;
  }

  started(): void {}

  settled(envelope: Envelope, fate: Fate, why: DeadLetterReason = 'stopped', hasBegun = false): void {
    if (envelope.deadline !== undefined) this.#deadlines.remove(envelope.deadline);
    if (!envelope.isSignal) this.#tally.settled(envelope.to, envelope.handler, fate, why, hasBegun);
  }
}
