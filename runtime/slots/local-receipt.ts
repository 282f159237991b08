import type { DeadLetterReason, Envelope, Fate, Receipt } from '../../core/envelope.ts';
import type { Deadlines } from '../../core/deadlines.ts';
import type { Tally } from '../tally.ts';
import type { KernelObserver } from '../kernel-observer.ts';

/** The messages between actors of this thread, for its account. */
export class LocalReceipt implements Receipt {
  readonly #deadlines: Deadlines;
  readonly #tally: Tally;
  readonly #observer: KernelObserver | undefined;

  constructor(deadlines: Deadlines, tally: Tally, observer: KernelObserver | undefined) {
    this.#deadlines = deadlines;
    this.#tally = tally;
    this.#observer = observer;
  }

  started(envelope: Envelope): void {
    this.#observer?.began(envelope, undefined);
  }

  settled(envelope: Envelope, fate: Fate, why: DeadLetterReason = 'stopped', hasBegun = false): void {
    if (envelope.deadline !== undefined) this.#deadlines.remove(envelope.deadline);
    if (!envelope.isSignal) this.#tally.settled(envelope.to, envelope.handler, fate, why, hasBegun);
  }
}
