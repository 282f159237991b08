import type { Broken } from './invariants.ts';
import type { Envelope } from '../../core/envelope.ts';
import type { Origin } from '../../runtime/kernel-observer.ts';

/** A message on its way. */
interface Sent {
  readonly pair: string;
  readonly number: number;
}

/** What one actor, or the program, sends to another begins in the order of its sending, each message once at most. */
export class MessageOrder {
  readonly #broken: Broken;
  readonly #sent = new WeakMap<object, Sent>();
  /** By host, slot and number on the way between them. */
  readonly #departed = new Map<string, Sent>();
  /** The last one of each pair that has begun. */
  readonly #begun = new Map<string, number>();
  #lastNumber = 0;

  constructor(broken: Broken) {
    this.#broken = broken;
  }

  /** @param sender The slot of the actor; undefined when the program sends. */
  sent(host: number, sender: number | undefined, message: object, slot: number): void {
    this.#sent.set(message, { pair: `${sender ?? `host ${host}`} > ${slot}`, number: ++this.#lastNumber });
  }

  departed(host: number, message: object, slot: number, seq: number): void {
    const sent = this.#sent.get(message);
    if (sent !== undefined) this.#departed.set(`${host} ${slot} ${seq}`, sent);
  }

  began(envelope: Envelope, origin: Origin | undefined): void {
    if (envelope.isSignal) return;
    const sent = this.#take(envelope, origin);
    const { to: { path, shape }, handler } = envelope;
    const what = shape.nameOf(handler);
    if (sent === undefined) {
      this.#broken('message order', path, `it begins "${what}" a second time, or nobody has sent it`);
      return;
    }
    const last = this.#begun.get(sent.pair) ?? 0;
    if (sent.number <= last) this.#broken('message order', path, `it begins "${what}", which was sent before one that has begun (${sent.pair})`);
    this.#begun.set(sent.pair, sent.number);
  }

  #take(envelope: Envelope, origin: Origin | undefined): Sent | undefined {
    if (origin === undefined) {
      const sent = this.#sent.get(envelope);
      this.#sent.delete(envelope);
      return sent;
    }
    const address = `${origin.peer} ${origin.slotId} ${envelope.seq}`;
    const sent = this.#departed.get(address);
    this.#departed.delete(address);
    return sent;
  }
}
