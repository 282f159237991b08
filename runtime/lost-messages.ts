/** What one or more senders lost with a host. */
export interface Loss {
  /** Messages that nobody waited for an answer to. */
  readonly count: number;
  /** So many of them may have run. */
  readonly maybeExecuted: number;
}

/** Adds up what all senders have lost with one host: its end is one event. */
export class LostMessages {
  readonly #open = new Map<number, { readonly waitingFor: Set<number>; count: number; maybeExecuted: number }>();
  readonly #complete: (loss: Loss) => void;

  constructor(complete: (loss: Loss) => void) {
    this.#complete = complete;
  }

  /** Host `host` is gone; `senders` will tell what they lost. It tells nothing any more itself. */
  expect(host: number, senders: Iterable<number>): void {
    this.#open.set(host, { waitingFor: new Set(senders), count: 0, maybeExecuted: 0 });
    for (const other of this.#open.keys()) this.#heard(other, host);
  }

  tell(sender: number, host: number, { count, maybeExecuted }: Loss): void {
    const sum = this.#open.get(host);
    if (sum === undefined || !sum.waitingFor.has(sender)) return;
    sum.count += count;
    sum.maybeExecuted += maybeExecuted;
    this.#heard(host, sender);
  }

  #heard(host: number, sender: number): void {
    const sum = this.#open.get(host);
    if (sum === undefined) return;
    sum.waitingFor.delete(sender);
    if (sum.waitingFor.size > 0) return;
    this.#open.delete(host);
    if (sum.count > 0) this.#complete(sum);
  }
}
