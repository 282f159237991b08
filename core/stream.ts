import type { Answer } from './envelope.ts';
import type { Stream } from './actor-ref.ts';
import { Fifo } from './fifo.ts';

/** How many items a producer may be ahead of its consumer. */
export const STREAM_WINDOW = 64;

/** What a consumer tells the producer's side. */
export interface StreamControl {
  /** The consumer took `items` more. */
  credit(items: number): void;
  /** The consumer wants no more. */
  cancel(reason: unknown): void;
}

/** The consumer's end of a streaming reply. Credit goes back when half of the window was taken. */
export class ItemStream implements Stream<unknown>, Answer {
  readonly #control: StreamControl;
  #items = new Fifo<unknown>();
  readonly #takers = new Fifo<{ resolve: (r: IteratorResult<unknown, void>) => void; reject: (e: unknown) => void }>();
  #taken = 0;
  #end: { readonly error?: unknown } | undefined;

  constructor(control: StreamControl) {
    this.#control = control;
  }

  [Symbol.asyncIterator](): this { return this; }

  next(): Promise<IteratorResult<unknown, void>> {
    if (this.#items.size > 0) {
      const value = this.#items.shift();
      this.#credit();
      return Promise.resolve({ done: false, value });
    }
    if (this.#end !== undefined) {
      const { error } = this.#end;
      this.#end = {};
      return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
    }
    return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }));
  }

  /** Stops the producer; doesn't wait for it. */
  return(): Promise<IteratorResult<unknown, void>> {
    if (this.#end === undefined) {
      this.#finish({});
      this.#items = new Fifo();
      this.#control.cancel(undefined);
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  async toArray(): Promise<unknown[]> {
    const items: unknown[] = [];
    for await (const item of this) items.push(item);
    return items;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  item(value: unknown): void {
    if (this.#end !== undefined) return;
    const taker = this.#takers.shift();
    if (taker === undefined) this.#items.push(value);
    else {
      this.#credit();
      taker.resolve({ done: false, value });
    }
  }

  resolve(): void {
    this.#finish({});
  }

  reject(error: unknown): void {
    this.#finish({ error });
  }

  #credit(): void {
    if (++this.#taken < STREAM_WINDOW / 2 || this.#end !== undefined) return;
    this.#control.credit(this.#taken);
    this.#taken = 0;
  }

  #finish(end: { readonly error?: unknown }): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    for (let taker = this.#takers.shift(); taker !== undefined; taker = this.#takers.shift()) {
      void this.next().then(taker.resolve, taker.reject);
    }
  }
}
