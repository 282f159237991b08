/** A value that changes: the last one, and, for whoever waits, the next. Who is slow misses those in between. */
export class Latest<T> implements AsyncIterable<T> {
  /** Undefined until there is one. */
  latest: T | undefined = undefined;
  #changes = 0;
  #hasEnded = false;
  #waiting: (() => void)[] = [];

  set(value: T): void {
    if (this.#hasEnded) return;
    this.latest = value;
    this.#changes++;
    this.#wake();
  }

  /** There are no more. */
  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (let seen = 0; ; seen = this.#changes) {
      if (this.#changes === seen && !this.#hasEnded) await new Promise<void>((resolve) => { this.#waiting.push(resolve); });
      if (this.#changes === seen) return;
      yield this.latest as T;
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
