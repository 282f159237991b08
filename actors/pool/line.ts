import type { PoolRef } from './pool-actor.ts';
import { Fifo } from '../../core/fifo.ts';

/** Who waits for a turn. */
export interface Waiting {
  readonly hasLeft: boolean;
  go(): void;
}

/** How many tasks a pool is given to wait with at a time: what waits there is made of so much more that the garbage collector feels it. */
const MAX_GIVEN = 256;

/** Where the tasks wait, in order, that the program has its pool do one by one, until the pool has room for them. */
export class Line {
  readonly #ref: PoolRef;
  readonly #waiting = new Fifo<Waiting>();
  #given = 0;
  /** Says to the pool that there are some: when it is closed, it waits for them. */
  #hold: AbortController | undefined;

  constructor(ref: PoolRef) {
    this.#ref = ref;
  }

  /** Whether it is somebody's turn at once. Who has a turn calls `leave` after it. */
  enter(): boolean {
    if (this.#given === MAX_GIVEN) return false;
    this.#given++;
    return true;
  }

  /** Has it wait for its turn. */
  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#hold !== undefined) return;
    this.#hold = new AbortController();
    this.#ref.with({ signal: this.#hold.signal }).ask.call().catch(() => undefined);
  }

  /** What somebody had its turn for is done: it is the next one's. */
  leave(): void {
    let next = this.#waiting.shift();
    while (next?.hasLeft === true) next = this.#waiting.shift();
    if (next === undefined) this.#given--;
    else next.go();
    if (this.#waiting.size > 0) return;
    this.#hold?.abort();
    this.#hold = undefined;
  }
}
