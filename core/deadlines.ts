import type { Cancel, Clock } from './clock.ts';

/** One wait that ends at `at`. `place` is its index in the heap, -1 when it isn't in it. */
export abstract class Deadline {
  at = Infinity;
  place = -1;
  /** Those that are due at the same time expire in the order of their adding. */
  turn = 0;

  /** The time has come. The deadline is out of the heap already. */
  abstract expire(): void;
}

/**
 * Every deadline of one thread in one binary heap, behind one timer. Adding and removing cost O(log n); a
 * removed deadline leaves no trace, so a million settled asks with a far timeout hold no memory.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #heap: Deadline[] = [];
  #lastTurn = 0;
  #timer: { readonly at: number; readonly cancel: Cancel } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number { return this.#heap.length; }

  /** Has `deadline` expire at `at`, in the clock's milliseconds. `Infinity` is never. */
  add(deadline: Deadline, at: number): void {
    if (at === Infinity) return;
    deadline.at = at;
    deadline.turn = this.#lastTurn = (this.#lastTurn + 1) | 0;
    this.#siftUp(deadline, this.#heap.length);
    if (deadline.place === 0) this.#arm(at);
  }

  /** Does nothing when `deadline` has expired or was never added. */
  remove(deadline: Deadline): void {
    const { place } = deadline;
    if (place < 0) return;
    deadline.place = -1;
    const last = this.#heap.pop() as Deadline;
    if (last === deadline) return;
    if (place > 0 && isBefore(last, this.#heap[(place - 1) >> 1] as Deadline)) this.#siftUp(last, place);
    else this.#siftDown(last, place);
  }

  /** No timer stays behind; what waits never expires. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  // A timer that fires too early costs one look; re-arming it for each removal would cost more.
  #arm(at: number): void {
    if (this.#timer !== undefined) {
      if (this.#timer.at <= at) return;
      this.#timer.cancel();
    }
    const delayMs = Math.max(0, at - this.#clock.now());
    this.#timer = { at, cancel: this.#clock.after(delayMs, () => this.#expire()) };
  }

  #expire(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.remove(first);
      first.expire();
    }
    const next = this.#heap[0];
    if (next !== undefined) this.#arm(next.at);
  }

  #siftUp(deadline: Deadline, from: number): void {
    let place = from;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = this.#heap[parentPlace] as Deadline;
      if (!isBefore(deadline, parent)) break;
      this.#put(parent, place);
      place = parentPlace;
    }
    this.#put(deadline, place);
  }

  #siftDown(deadline: Deadline, from: number): void {
    const { length } = this.#heap;
    let place = from;
    for (;;) {
      let childPlace = 2 * place + 1;
      if (childPlace >= length) break;
      const right = this.#heap[childPlace + 1];
      if (right !== undefined && isBefore(right, this.#heap[childPlace] as Deadline)) childPlace++;
      const child = this.#heap[childPlace] as Deadline;
      if (!isBefore(child, deadline)) break;
      this.#put(child, place);
      place = childPlace;
    }
    this.#put(deadline, place);
  }

  #put(deadline: Deadline, place: number): void {
    this.#heap[place] = deadline;
    deadline.place = place;
  }
}

function isBefore(a: Deadline, b: Deadline): boolean {
  // Turns begin anew after 2^32.
  return a.at < b.at || (a.at === b.at && ((a.turn - b.turn) | 0) < 0);
}

/** A deadline that calls a function. */
export class Alarm extends Deadline {
  readonly #run: () => void;

  constructor(run: () => void) {
    super();
    this.#run = run;
  }

  override expire(): void {
    this.#run();
  }
}
