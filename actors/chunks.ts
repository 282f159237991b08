import { invalidOption } from '../core/errors.ts';

/** Many values: pulled as they are needed, and closed when none is any more. */
export type Items<T> = readonly T[] | Iterable<T> | AsyncIterable<T>;

/** Items in chunks. */
export class Chunks {
  readonly #items: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #size: number;
  #isOver = false;
  #thrown: { readonly error: unknown } | undefined;

  constructor(items: Items<unknown>, size: number) {
    this.#items = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
    this.#size = size;
  }

  /** The next chunk; an empty one at the end. Rejects with what the input throws, behind what it has given before. */
  async next(): Promise<readonly unknown[]> {
    const chunk: unknown[] = [];
    try {
      while (chunk.length < this.#size && !this.#isOver) {
        const pulled = this.#items.next();
        const step = 'then' in pulled ? await pulled : pulled;
        if (step.done === true) this.#isOver = true;
        else chunk.push(step.value);
      }
    } catch (error) {
      this.#isOver = true;
      this.#thrown = { error };
    }
    if (chunk.length === 0 && this.#thrown !== undefined) throw this.#thrown.error;
    return chunk;
  }

  /** No more are wanted. */
  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#items.return?.();
  }
}

/** How many there are, where that can be known before they are pulled. */
export function lengthOf(items: Items<unknown>): number | undefined {
  if (Array.isArray(items) || ArrayBuffer.isView(items)) return (items as unknown as { length: number }).length;
  return items instanceof Set || items instanceof Map ? items.size : undefined;
}

/** @throws {TypeError} They aren't items. */
export function checkItems(items: unknown): Items<unknown> {
  const isObject = typeof items === 'object' && items !== null;
  if (isObject && (Symbol.iterator in items || Symbol.asyncIterator in items)) return items as Items<unknown>;
  throw invalidOption('the items', items, 'an iterable, or an async iterable');
}
