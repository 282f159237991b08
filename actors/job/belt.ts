import { Fifo } from '../../core/fifo.ts';

/** Items on their way from those who put them on to the one who takes them off, in order. */
export class Belt<T> implements AsyncIterableIterator<T, undefined> {
  readonly #limit: number;
  #items = new Fifo<T>();
  /** Whether the last item that was taken is still being worked on. */
  #isInHand = false;
  #puts: (() => void)[] = [];
  #takers: ((next: IteratorResult<T, undefined>) => void)[] = [];
  #hasEnded = false;

  /** @param limit How many items may be under way before `put` makes its caller wait. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether nothing more can be put on. */
  get hasEnded(): boolean { return this.#hasEnded; }

  [Symbol.asyncIterator](): this { return this; }

  /** Resolves when there is room behind the item: with a limit of 0, when its taker has come for the next one. */
  put(item: T): Promise<void> {
    if (this.#hasEnded) return Promise.resolve();
    const taker = this.#takers.shift();
    if (taker === undefined) this.#items.push(item);
    else this.#hand(item, taker);
    if (this.#items.size + Number(this.#isInHand) <= this.#limit) return Promise.resolve();
    return new Promise((resolve) => { this.#puts.push(resolve); });
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#isInHand) this.#puts.shift()?.();
    this.#isInHand = false;
    return new Promise((resolve) => {
      if (this.#items.size > 0) this.#hand(this.#items.shift() as T, resolve);
      else if (this.#hasEnded) resolve(OVER);
      else this.#takers.push(resolve);
    });
  }

  /** Nothing more is put on; what is there can be taken. */
  end(): void {
    this.#hasEnded = true;
    for (const taker of this.#takers.splice(0)) taker(OVER);
  }

  /** Nothing more is taken off: what is there, and all to come, is dropped. */
  leave(): void {
    this.end();
    this.#items = new Fifo();
    for (const resolve of this.#puts.splice(0)) resolve();
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.leave();
    return Promise.resolve(OVER);
  }

  #hand(value: T, taker: (next: IteratorResult<T, undefined>) => void): void {
    this.#isInHand = true;
    taker({ done: false, value });
  }
}

const OVER = { done: true, value: undefined } as const;
