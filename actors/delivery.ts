/** Settles what was delivered. */
export interface Settling {
  acknowledge(): void;
  release(): void;
}

/**
 * One item that `queue.take()` has delivered: its consumer's, until it says what became of it. What it says first counts; all that comes
 * later does nothing, so that `using delivery = await jobs.take()` releases what wasn't acknowledged.
 */
export class Delivery<T> implements Disposable {
  readonly value: T;
  #settling: Settling | undefined;

  /** Made by `queue.take()`. */
  constructor(value: T, settling: Settling) {
    this.value = value;
    this.#settling = settling;
  }

  /** The work is done: it doesn't come again. It counts as soon as the queue has heard of it. */
  acknowledge(): void {
    this.#settle()?.acknowledge();
  }

  /** The work isn't done: it goes back to its place, and to the next consumer. */
  release(): void {
    this.#settle()?.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #settle(): Settling | undefined {
    const settling = this.#settling;
    this.#settling = undefined;
    return settling;
  }
}
