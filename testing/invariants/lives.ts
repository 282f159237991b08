import type { Broken } from './invariants.ts';
import type { Order, Request } from '../../runtime/control.ts';

/** One incarnation, from the order that starts it until its kernel says that it has ended, or its host has. */
export interface Life {
  readonly path: string;
  readonly host: number;
  readonly incarnation: number;
  isUp: boolean;
}

/** There is never a second live incarnation of an actor, and none comes twice. */
export class Lives {
  readonly #broken: Broken;
  readonly #lives = new Map<number, Life>();
  /** The last incarnation of each slot. */
  readonly #last = new Map<number, number>();

  constructor(broken: Broken) {
    this.#broken = broken;
  }

  of(slot: number): Life | undefined { return this.#lives.get(slot); }

  ordered(host: number, order: Order): void {
    if (order.type !== 'start') return;
    const { slot, incarnation, path } = order;
    const before = this.#lives.get(slot);
    if (before !== undefined) {
      this.#broken('one life', path, `its incarnation ${incarnation} begins on host ${host} while ${before.incarnation} lives on host ${before.host}`);
    }
    const last = this.#last.get(slot) ?? 0;
    if (incarnation <= last) this.#broken('one life', path, `incarnation ${incarnation} begins after ${last}`);
    this.#last.set(slot, incarnation);
    this.#lives.set(slot, { path, host, incarnation, isUp: false });
  }

  requested(host: number, request: Request): void {
    if (request.type !== 'started' && request.type !== 'ended') return;
    const life = this.#lives.get(request.slot);
    if (life?.host !== host || life.incarnation !== request.incarnation) return;
    if (request.type === 'started') life.isUp = true;
    else this.#lives.delete(request.slot);
  }

  /** Nothing is under way: a start that was given up has been ended, too. */
  atRest(): void {
    const up = new Map<string, Life>();
    for (const life of this.#lives.values()) {
      if (!life.isUp) continue;
      const { path, host } = life;
      const other = up.get(path);
      if (other !== undefined) this.#broken('one life', path, `an actor of this path lives on host ${host}, and another one on host ${other.host}`);
      up.set(path, life);
    }
  }

  hostEnded(host: number): void {
    for (const [slot, life] of this.#lives) if (life.host === host) this.#lives.delete(slot);
  }
}
