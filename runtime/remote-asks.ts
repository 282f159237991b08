import type { PendingAsk, PendingStream } from './pending-ask.ts';
import type { RemoteSlot } from './slots/remote-slot.ts';

/** The asks of this host to others, by the numbers that their replies come with. */
export class RemoteAsks {
  readonly #slots = new Map<number, RemoteSlot>();
  #last = 0;

  /** Gives an ask of `slot` its number. */
  register(slot: RemoteSlot): number {
    do this.#last = (this.#last + 1) >>> 0; while (this.#slots.has(this.#last));
    this.#slots.set(this.#last, slot);
    return this.#last;
  }

  forget(askId: number): void {
    this.#slots.get(askId)?.forgetAsk(askId);
    this.#slots.delete(askId);
  }

  /** Who waits for the reply; nobody when it comes too late. */
  pending(askId: number): PendingAsk | PendingStream | undefined {
    return this.#slots.get(askId)?.pending(askId);
  }
}
