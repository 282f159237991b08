import { Fifo } from '../../core/fifo.ts';

/** One item that a consumer holds, and has not acknowledged. */
interface Held<C> {
  /** Its place in the queue's order. */
  readonly order: number;
  readonly value: unknown;
  readonly consumer: C;
}

/**
 * What was put and hasn't been acknowledged: ready for a consumer, or held by one, under a ticket. What comes back is ready again where it was.
 *
 *     order:  [ acknowledged or held | came back, in between | in line ]
 */
export class Backlog<C> {
  readonly #inLine = new Fifo<unknown>();
  /** The place of the first one in line. */
  #next = 0;
  /** In order; all of them before those in line. */
  readonly #cameBack: Omit<Held<C>, 'consumer'>[] = [];
  readonly #held = new Map<number, Held<C>>();

  /** How many are ready. */
  get size(): number { return this.#cameBack.length + this.#inLine.size; }

  /** How many are ready, or held. */
  get unfinished(): number { return this.size + this.#held.size; }

  put(value: unknown): void {
    this.#inLine.push(value);
  }

  /** Gives the first one to a consumer. There must be one. */
  take(ticket: number, consumer: C): unknown {
    const back = this.#cameBack.shift();
    const { order, value } = back ?? { order: this.#next++, value: this.#inLine.shift() };
    this.#held.set(ticket, { order, value, consumer });
    return value;
  }

  /** It is done. Nothing happens when nobody holds it under this ticket any more. */
  acknowledge(ticket: number): void {
    this.#held.delete(ticket);
  }

  /** It comes back. Nothing happens when nobody holds it under this ticket any more. */
  release(ticket: number): void {
    const held = this.#held.get(ticket);
    if (held === undefined) return;
    this.#held.delete(ticket);
    const { order, value } = held;
    let place = this.#cameBack.length;
    while (place > 0 && (this.#cameBack[place - 1] as { order: number }).order > order) place--;
    this.#cameBack.splice(place, 0, { order, value });
  }

  /** All come back that these consumers hold. */
  releaseAllOf(isOne: (consumer: C) => boolean): void {
    for (const [ticket, { consumer }] of this.#held) if (isOne(consumer)) this.release(ticket);
  }
}
