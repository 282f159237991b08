import type { LockRef } from './lock-actor.ts';

/** What is held: of which lock, under which ticket. */
export interface Holding {
  readonly ref: LockRef;
  readonly ticket: number;
  readonly waitedMs: number;
  wasAbandoned: boolean;
  isOver: boolean;
  /** Whether it is let go meanwhile, by a wait at a condition. */
  isAsleep: boolean;
}

/**
 * Somebody holds a lock, until `release()`, or the end of the block: `using held = await lock.acquire()`. It belongs to whoever has acquired it,
 * and is no part of messages.
 */
export class Held implements Disposable {
  readonly #holding: Holding;

  /** Made by `acquire()` of a lock. */
  constructor(holding: Holding) {
    this.#holding = holding;
  }

  /** What it is, for conditions. */
  static holdingOf(held: Held): Holding {
    return held.#holding;
  }

  /** Whether the one who had it before has ended without releasing it: what the lock is about may be half done. */
  get wasAbandoned(): boolean { return this.#holding.wasAbandoned; }

  /** Gives it back; the next one has it as soon as the lock has heard of that. Releasing twice does nothing. */
  release(): void {
    const { ref, ticket, isOver } = this.#holding;
    if (isOver) return;
    this.#holding.isOver = true;
    ref.tell.release(ticket);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  toString(): string { return String(this.#holding.ref).replace('ActorRef', 'Held'); }

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}
