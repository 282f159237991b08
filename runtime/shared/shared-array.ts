import type { ElementOf, ElementType } from './element.ts';
import type { MemoryData } from './shared-memory.ts';
import { SharedMemory, memoryFor } from './shared-memory.ts';
import { checkElementType, elementBytes } from './element.ts';
import { invalidOption, show } from '../../core/errors.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { sendable } from '../../core/sendable-class.ts';

const MAX_BYTES = 2 ** 32;

/**
 * Numbers of one type in memory that all threads of the program share: made by {@link sharedArray}. Each call is one step, whatever other
 * threads do; for what has several steps there is `withLock`. Its length is fixed. It is a value, and may be part of any message to another
 * thread, but not to a process.
 *
 * Its methods throw a {@link RangeError} where there is no such element.
 */
export class SharedArray<K extends ElementType> extends SharedMemory<K> implements Iterable<ElementOf<K>> {
  get length(): number { return this.view.length; }

  get(index: number): ElementOf<K> { return this.cells.load(checkIndex(index)); }

  /** @throws {TypeError} The value isn't of this type, or beyond its limits. */
  set(index: number, value: ElementOf<K>): void { this.cells.store(checkIndex(index), value); }

  /**
   * Adds to an element, and returns the value before, as `Atomics.add` does. An integer wraps around at its limits.
   *
   * @throws {TypeError} `by` is no whole number where the type has those alone.
   */
  add(index: number, by: ElementOf<K>): ElementOf<K> { return this.cells.add(checkIndex(index), by); }

  /** Sets an element, and returns the value before. */
  exchange(index: number, value: ElementOf<K>): ElementOf<K> { return this.cells.exchange(checkIndex(index), value); }

  /** Sets an element if it is `expected` (as `Object.is` has it), and returns the value before. */
  compareExchange(index: number, expected: ElementOf<K>, replacement: ElementOf<K>): ElementOf<K> {
    return this.cells.compareExchange(checkIndex(index), expected, replacement);
  }

  /** The elements, one after the other: each as it is then. For all as they are at one moment, copy them in `withLock`. */
  *[Symbol.iterator](): Generator<ElementOf<K>, void, undefined> {
    for (let i = 0; i < this.length; i++) yield this.get(i);
  }

  toString(): string {
    const shown = [...this.view.subarray(0, SHOWN)].map(String);
    return `SharedArray(${this.type} [${shown.join(', ')}${this.length > SHOWN ? `, … ${this.length - SHOWN} more` : ''}])`;
  }
}

const SHOWN = 100;

/** Atomics knows where the end is, but takes `NaN` for 0, and 1.9 for 1. */
function checkIndex(index: number): number {
  if (Number.isInteger(index)) return index;
  throw new RangeError(`Cannot use the index: expected a whole number, got ${show(index)}`);
}

/**
 * Numbers in shared memory. For what processes share too there are state actors.
 *
 * @param type `'int8'` to `'uint32'`, `'float32'`, `'float64'`; `'int64'` and `'uint64'` are bigints.
 * @param content The elements; or how many there are, all of them 0: a whole number, 4 GB at most.
 * @throws {TypeError} There is no such type; an element isn't of it, or beyond its limits; there can't be so many.
 * @example
 * const loads = sharedArray('float64', [1, 2, 3]);
 * loads.add(0, 0.5);
 * const all = [...loads]; // [1.5, 2, 3]
 */
export function sharedArray<K extends ElementType>(type: K, content: number | Iterable<ElementOf<K>>): SharedArray<K> {
  const elementSize = elementBytes(checkElementType(type));
  const elements = typeof content === 'number' ? [] : [...checkElements(content)];
  const length = typeof content === 'number' ? content : elements.length;
  if (!(Number.isInteger(length) && length >= 0 && length <= MAX_BYTES / elementSize)) {
    throw invalidOption('the length of a shared array', length, `a whole number up to ${MAX_BYTES / elementSize}`);
  }
  const array = new SharedArray(memoryFor(type, length));
  elements.forEach((element, i) => array.set(i, element));
  return array;
}

function checkElements<E>(content: Iterable<E>): Iterable<E> {
  if (typeof content === 'object' && content !== null && Symbol.iterator in content) return content;
  throw invalidOption('the content of a shared array', content, 'elements, or how many of them');
}

sendable(ownMeta(import.meta), SharedArray, {
  name: 'troupe.shared-array',
  toData: (of: SharedMemory<ElementType>) => SharedMemory.dataOf(of),
  fromData: (data: MemoryData<ElementType>) => new SharedArray(data),
});
