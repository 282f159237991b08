import type { ElementOf, ElementType } from './element.ts';
import type { MemoryData } from './shared-memory.ts';
import { SharedMemory, memoryFor } from './shared-memory.ts';
import { checkElementType } from './element.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { sendable } from '../../core/sendable-class.ts';

/**
 * A number in memory that all threads of the program share: made by {@link sharedNumber}. Each call is one step, whatever other threads
 * do. It is a value, and may be part of any message to another thread, but not to a process.
 */
export class SharedNumber<K extends ElementType> extends SharedMemory<K> {
  get value(): ElementOf<K> { return this.cells.load(0); }

  /** @throws {TypeError} It isn't of this type, or beyond its limits. */
  set value(value: ElementOf<K>) { this.cells.store(0, value); }

  /**
   * Adds to it, and returns the value before, as `Atomics.add` does. An integer wraps around at its limits.
   *
   * @throws {TypeError} `by` is no whole number where the type has those alone.
   */
  add(by: ElementOf<K>): ElementOf<K> { return this.cells.add(0, by); }

  /** Sets it, and returns the value before. */
  exchange(value: ElementOf<K>): ElementOf<K> { return this.cells.exchange(0, value); }

  /** Sets it if it is `expected` (as `Object.is` has it), and returns the value before. */
  compareExchange(expected: ElementOf<K>, replacement: ElementOf<K>): ElementOf<K> {
    return this.cells.compareExchange(0, expected, replacement);
  }

  toString(): string { return `SharedNumber(${this.type} ${this.value})`; }
}

/**
 * A number in shared memory: the fastest thing that threads can share. For what processes share too, and for all that is more than a
 * number, there are state actors.
 *
 * @param type `'int8'` to `'uint32'`, `'float32'`, `'float64'`; `'int64'` and `'uint64'` are bigints.
 * @param value Default 0.
 * @throws {TypeError} There is no such type; the value isn't of it, or beyond its limits.
 * @example
 * const total = sharedNumber('int32', 5);
 * total.add(1);
 * const now = total.value; // 6
 */
export function sharedNumber<K extends ElementType>(type: K, value?: ElementOf<K>): SharedNumber<K> {
  const number = new SharedNumber(memoryFor(checkElementType(type) as K, 1));
  if (value !== undefined) number.value = value;
  return number;
}

sendable(ownMeta(import.meta), SharedNumber, {
  name: 'troupe.shared-number',
  toData: (of: SharedMemory<ElementType>) => SharedMemory.dataOf(of),
  fromData: (data: MemoryData<ElementType>) => new SharedNumber(data),
});
