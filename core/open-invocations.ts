import type { CellPort } from './cell-port.ts';
import type { Envelope } from './envelope.ts';
import type { Invocation } from './invocation.ts';

/**
 * Invocations that go on beyond their turn. Those that hold a place keep messages waiting: there are as many places as
 * messages may be handled at once.
 */
export class OpenInvocations {
  readonly #port: CellPort;
  readonly #rested: () => void;
  readonly #open = new Set<Invocation>();
  /** Among the open ones. */
  readonly #holders = new Set<Invocation>();
  #freePlaces: number;

  /** @param rested Called when none is open any more. */
  constructor(port: CellPort, places: number, rested: () => void) {
    this.#port = port;
    this.#freePlaces = places;
    this.#rested = rested;
  }

  get isEmpty(): boolean { return this.#open.size === 0; }
  get hasHolders(): boolean { return this.#holders.size > 0; }
  get hasFreePlace(): boolean { return this.#freePlaces > 0; }

  has(invocation: Invocation): boolean { return this.#open.has(invocation); }
  holds(invocation: Invocation): boolean { return this.#holders.has(invocation); }

  /** Opens one that holds no place. */
  open(invocation: Invocation): void {
    invocation.openedAt = this.#port.turnStartedAt();
    this.#open.add(invocation);
    if (this.#open.size === 1) this.#port.busy(true);
  }

  /** Opens one that holds a place. */
  hold(invocation: Invocation): void {
    this.open(invocation);
    this.#holders.add(invocation);
    this.#freePlaces--;
  }

  /** Takes its place back, if it holds one. */
  release(invocation: Invocation): boolean {
    if (!this.#holders.delete(invocation)) return false;
    this.#freePlaces++;
    return true;
  }

  close(invocation: Invocation): void {
    if (!this.#open.delete(invocation) || this.#open.size > 0) return;
    this.#port.busy(false);
    this.#rested();
  }

  /** One that has failed within its turn is ended with the others. */
  include(invocation: Invocation): void {
    this.#open.add(invocation);
  }

  /** Ends one from outside: its message was started, and will not be run again. */
  end(invocation: Invocation, error: Error): void {
    const { envelope } = invocation;
    this.close(invocation);
    this.#holders.delete(invocation);
    if (envelope?.phase === 'running') {
      this.#port.mailbox.stash?.release(envelope);
      envelope.answer?.reject(error);
      if (envelope.kind === 'stream') envelope.phase = 'done';
      else envelope.settle();
    }
    invocation.abort(error);
    envelope?.producer?.cancel(error);
  }

  /** The first message of those that hold a place. */
  get firstHeld(): Envelope | undefined {
    for (const { envelope } of this.#holders) if (envelope !== undefined) return envelope;
    return undefined;
  }

  /** The messages that were taken from the mailbox, and aren't settled. */
  *unsettled(): Generator<Envelope, void, undefined> {
    for (const { envelope } of this.#open) if (envelope?.phase === 'running' && envelope.kind !== 'stream') yield envelope;
  }

  [Symbol.iterator](): IterableIterator<Invocation> {
    return this.#open.values();
  }
}
