import type { DeadLetterReason, Fate } from '../core/envelope.ts';
import type { Loss } from './lost-messages.ts';
import type { Recipient } from '../core/actor-ref.ts';
import type { Request } from './control.ts';

/** A host's account as it is kept, but for what is queued: that is counted where it is. */
export class Tally {
  sent = 0;
  handled = 0;
  rejected = 0;
  deadLetters = 0;
  lateReplies = 0;
  readonly #tell: (request: Request) => void;
  /** What was lost with hosts that nobody has said of yet that they are gone. */
  readonly #losses = new Map<number, Loss>();

  constructor(tell: (request: Request) => void) {
    this.#tell = tell;
  }

  settled(to: Recipient, handler: number, fate: Fate, why: DeadLetterReason, hasBegun = false): void {
    switch (fate) {
      case 'handled':
        this.handled++;
        break;
      case 'rejected':
        this.rejected++;
        break;
      case 'dead_letter': {
        this.deadLetters++;
        const event = { actor: to.path, handler: to.shape.nameOf(handler), reason: why, count: 1, maybeExecuted: hasBegun ? 1 : 0 };
        this.#tell({ type: 'event', name: 'dead_letter', event });
      }
    }
  }

  lateReply(): void {
    this.lateReplies++;
    this.#tell({ type: 'event', name: 'late_reply', event: { count: 1 } });
  }

  /** Messages that nobody waited for an answer to, and that left for `host`, are lost with it. */
  lost(host: number, { count, maybeExecuted }: Loss): void {
    if (count === 0) return;
    this.deadLetters += count;
    const sum = this.#losses.get(host) ?? { count: 0, maybeExecuted: 0 };
    this.#losses.set(host, { count: sum.count + count, maybeExecuted: sum.maybeExecuted + maybeExecuted });
  }

  /** All that was lost with `host`. */
  takeLoss(host: number): Loss {
    const loss = this.#losses.get(host) ?? { count: 0, maybeExecuted: 0 };
    this.#losses.delete(host);
    return loss;
  }
}
