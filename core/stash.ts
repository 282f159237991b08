import type { Envelope, Waiting } from './envelope.ts';

/**
 * The messages that an actor has put aside, and those that it has taken back, which go before all others. They wait
 * here for as long as the mailbox does, from one incarnation to the next.
 */
export class Stash implements Waiting {
  readonly limit: number;
  /** In the order of their stashing; among them those whose handlers haven't ended yet. */
  readonly #aside = new Set<Envelope>();
  /** Those whose handlers are still running. */
  #leaving = 0;
  /** Taken back, the next one last. */
  readonly #back: Envelope[] = [];
  /** Of those taken back, how many were cancelled. */
  #forgotten = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** How many messages are put aside. */
  get aside(): number { return this.#aside.size - this.#leaving; }

  /** How many were taken back, and wait for their turn. */
  get back(): number { return this.#back.length - this.#forgotten; }

  /** How many messages wait here. */
  get size(): number { return this.aside + this.back; }

  /** Keeps a place for a message that is being handled. False when there is none. */
  reserve(envelope: Envelope): boolean {
    if (this.#aside.has(envelope)) return true;
    if (this.#aside.size >= this.limit) return false;
    this.#aside.add(envelope);
    this.#leaving++;
    return true;
  }

  /** Gives its place up: the message is settled otherwise. */
  release(envelope: Envelope): void {
    if (this.#aside.delete(envelope)) this.#leaving--;
  }

  /** Takes a message in whose handler has ended. False when no place was kept for it. */
  put(envelope: Envelope): boolean {
    if (!this.#aside.has(envelope)) return false;
    this.#leaving--;
    envelope.phase = 'again';
    envelope.mailbox = this;
    envelope.invocation = undefined;
    return true;
  }

  /** All that were put aside go to the front, in the order of their stashing. */
  giveBack(): void {
    const aside = [...this.#aside].filter(({ phase }) => phase === 'again');
    for (const envelope of aside.toReversed()) {
      this.#aside.delete(envelope);
      this.#back.push(envelope);
    }
  }

  /** The next one of those that were taken back. */
  take(): Envelope | undefined {
    for (let next = this.#back.pop(); next !== undefined; next = this.#back.pop()) {
      if (next.phase === 'again') {
        next.mailbox = undefined;
        return next;
      }
      this.#forgotten--;
    }
    return undefined;
  }

  forget(envelope: Envelope): void {
    if (!this.#aside.delete(envelope)) this.#forgotten++;
  }

  /** The messages that wait here. Changing the stash meanwhile isn't allowed. */
  *[Symbol.iterator](): Generator<Envelope, void, undefined> {
    for (const list of [this.#back, this.#aside]) {
      for (const envelope of list) if (envelope.phase === 'again') yield envelope;
    }
  }
}
