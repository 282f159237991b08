/** How far a follower may fall behind. */
const LIMIT = 1_024;

/** What happens, for those who follow it from now on: in order, each at his own pace. Who falls behind by too much misses the oldest. */
export class Followers<T> {
  readonly #all = new Set<Follower<T>>();
  readonly #drained: () => void;
  #hasEnded = false;

  /** @param drained Told when nobody follows it any more. */
  constructor(drained: () => void) {
    this.#drained = drained;
  }

  get isEmpty(): boolean { return this.#all.size === 0; }

  tell(item: T): void {
    for (const follower of this.#all) follower.put(item);
  }

  /** There is no more. */
  end(): void {
    this.#hasEnded = true;
    for (const follower of this.#all) follower.end();
  }

  /** Everything from now on, until `signal` is aborted; `first` comes before. */
  async *follow(first: readonly T[], signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    const follower = new Follower<T>([...first]);
    this.#all.add(follower);
    signal.addEventListener('abort', () => follower.end());
    if (this.#hasEnded) follower.end();
    try {
      for (let item = await follower.next(); item !== undefined; item = await follower.next()) yield item.value;
    } finally {
      this.#all.delete(follower);
      if (this.isEmpty) this.#drained();
    }
  }
}

class Follower<T> {
  readonly #items: T[];
  #hasEnded = false;
  #wake: () => void = () => undefined;

  constructor(items: T[]) {
    this.#items = items;
  }

  put(item: T): void {
    if (this.#items.length === LIMIT) this.#items.shift();
    this.#items.push(item);
    this.#wake();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  /** Undefined when there is no more. */
  async next(): Promise<{ readonly value: T } | undefined> {
    while (this.#items.length === 0 && !this.#hasEnded) await new Promise<void>((resolve) => { this.#wake = resolve; });
    return this.#items.length === 0 ? undefined : { value: this.#items.shift() as T };
  }
}
