import type { Mapping, Settled } from './mapping.ts';
import type { Stream } from '../../core/actor-ref.ts';

/** The results of a mapping, one after the other. What an item has thrown is thrown in its place; those behind it can be asked for then. */
export class Results<R> implements Stream<R> {
  readonly #mapping: Mapping;
  #chunk: Settled | undefined;
  #index = 0;
  #isOver = false;
  /** Whoever asks for several at once gets them in turn. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(mapping: Mapping) {
    this.#mapping = mapping;
  }

  [Symbol.asyncIterator](): this { return this; }

  next(): Promise<IteratorResult<R, void>> {
    const next = this.#last.then(() => this.#next());
    this.#last = next.catch(() => undefined);
    return next;
  }

  async return(): Promise<IteratorResult<R, void>> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#chunk = undefined;
      this.#mapping.stop();
    }
    return { done: true, value: undefined };
  }

  async toArray(): Promise<R[]> {
    const all: R[] = [];
    for await (const each of this) all.push(each);
    return all;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #next(): Promise<IteratorResult<R, void>> {
    while (!this.#isOver) {
      if (this.#chunk !== undefined && this.#index < this.#chunk.results.length) return this.#item(this.#chunk, this.#index++);
      this.#index = 0;
      this.#chunk = await this.#chunkAfter();
      if (this.#chunk === undefined) this.#isOver = true;
    }
    return { done: true, value: undefined };
  }

  #item({ results, failures }: Settled, index: number): IteratorResult<R, void> {
    const failure = failures.find((each) => each.index === index);
    if (failure === undefined) return { done: false, value: results[index] as R };
    // Who leaves because of it says no goodbye.
    this.#mapping.release();
    throw failure.error;
  }

  async #chunkAfter(): Promise<Settled | undefined> {
    try {
      return await this.#mapping.next();
    } catch (error) {
      this.#isOver = true;
      this.#mapping.stop(error);
      throw error;
    }
  }
}
