import type { DeepReadonly, Given } from './frozen.ts';
import type { ListRef } from './list-actor.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import { StateHandle, checkNumber, type WatchOptions } from './handle.ts';
import { frozen } from './frozen.ts';
import { invalidOption } from '../../core/errors.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { sendable } from '../../core/sendable-class.ts';

/**
 * Values in a row, which actors on any hosts share: made by `state.list()`. A place is a whole number, from 0 on; -1 is the last one. What is said of
 * {@link StateValue} about calls and errors holds here, too.
 */
export class StateList<T> extends StateHandle<ListRef> implements AsyncIterable<DeepReadonly<T>> {
  // For the compiler alone: a handle of other items is another type.
  declare protected readonly item: (value: T) => T;

  /** Undefined if there is no such place. */
  async get(index: number, options?: WaitOptions): Promise<DeepReadonly<T> | undefined> {
    return frozen(await this.within(options, 'get').ask.get(checkIndex(index))) as DeepReadonly<T> | undefined;
  }

  /** @throws {RefusedError} (as a rejection) `out_of_range`: there is no such place. */
  async set(index: number, item: Given<T>, options?: WaitOptions): Promise<void> {
    await this.within(options, 'set').ask.set(checkIndex(index), item);
  }

  /** Puts items at the end, and resolves with the length then. */
  async push(...items: Given<T>[]): Promise<number> {
    return this.within(undefined, 'push').ask.push(items);
  }

  /** Puts items at the beginning, and resolves with the length then. */
  async unshift(...items: Given<T>[]): Promise<number> {
    return this.within(undefined, 'unshift').ask.unshift(items);
  }

  /** Puts items before what is at `index`; one that is too large is the end. */
  async insert(index: number, ...items: Given<T>[]): Promise<void> {
    await this.within(undefined, 'insert').ask.insert(checkIndex(index), items);
  }

  /** Removes the last one, and resolves with it; undefined if there is none. */
  async pop(options?: WaitOptions): Promise<DeepReadonly<T> | undefined> {
    return this.#removeAt(-1, options, 'pop');
  }

  /** Removes the first one, and resolves with it; undefined if there is none. */
  async shift(options?: WaitOptions): Promise<DeepReadonly<T> | undefined> {
    return this.#removeAt(0, options, 'shift');
  }

  /** Removes what is there, and resolves with it; undefined if there is no such place. */
  async removeAt(index: number, options?: WaitOptions): Promise<DeepReadonly<T> | undefined> {
    return this.#removeAt(checkIndex(index), options, 'removeAt');
  }

  /** Removes the first one that is made of the same parts as `item`, and says whether there was one. */
  async remove(item: Given<T>, options?: WaitOptions): Promise<boolean> {
    return this.within(options, 'remove').ask.remove(item);
  }

  /** Where the first one is that is made of the same parts as `item`; -1 if there is none. */
  async indexOf(item: Given<T>, options?: WaitOptions): Promise<number> {
    return this.within(options, 'indexOf').ask.indexOf(item);
  }

  async includes(item: Given<T>, options?: WaitOptions): Promise<boolean> {
    return await this.within(options, 'includes').ask.indexOf(item) !== -1;
  }

  /** As an array's. */
  async slice(start = 0, end?: number, options?: WaitOptions): Promise<readonly DeepReadonly<T>[]> {
    const ref = this.within(options, 'slice');
    return frozen(await ref.ask.slice(checkIndex(start), end === undefined ? end : checkIndex(end))) as readonly DeepReadonly<T>[];
  }

  async length(options?: WaitOptions): Promise<number> {
    return this.within(options, 'length').ask.length();
  }

  /**
   * Adds `by` to the number that is there, and resolves with what it is then.
   *
   * @throws {RefusedError} (as a rejection) `not_a_number`, `out_of_range`.
   */
  async increment(this: StateList<number>, index: number, by = 1, options?: WaitOptions): Promise<number> {
    return this.within(options, 'increment').ask.increment(checkIndex(index), checkNumber(by, 'by'));
  }

  /**
   * As {@link StateValue.compareAndSet}.
   *
   * @throws {RefusedError} (as a rejection) `out_of_range`.
   */
  async compareAndSet(index: number, expected: Given<T>, next: Given<T>, options?: WaitOptions): Promise<boolean> {
    return this.within(options, 'compareAndSet').ask.compareAndSet(checkIndex(index), expected, next);
  }

  /** As {@link StateValue.update}, of all items: to sort them, to keep some. */
  async update(
    change: (items: readonly DeepReadonly<T>[]) => readonly Given<T>[], options?: WaitOptions,
  ): Promise<readonly DeepReadonly<T>[]> {
    const changed = (items: DeepReadonly<unknown>): unknown => checkList(change(items as readonly DeepReadonly<T>[]), 'what update() has made of it');
    return await this.updatePart<unknown>(undefined, changed, options) as readonly DeepReadonly<T>[];
  }

  async clear(options?: WaitOptions): Promise<void> {
    await this.within(options, 'clear').ask.clear();
  }

  /** All of it as it is now: frozen, and nobody else's. */
  async snapshot(options?: WaitOptions): Promise<readonly DeepReadonly<T>[]> {
    return frozen(await this.within(options, 'snapshot').ask.get(undefined)) as readonly DeepReadonly<T>[];
  }

  /** As {@link StateValue.watch}, of all items. */
  watch(options: WatchOptions = {}): AsyncGenerator<readonly DeepReadonly<T>[], void, undefined> {
    return this.watchPart<readonly T[]>(undefined, options);
  }

  /** Goes over what is there at the beginning. */
  async *[Symbol.asyncIterator](): AsyncGenerator<DeepReadonly<T>, void, undefined> {
    yield* await this.snapshot();
  }

  async #removeAt(index: number, options: WaitOptions | undefined, method: string): Promise<DeepReadonly<T> | undefined> {
    return frozen(await this.within(options, method).ask.removeAt(index)) as DeepReadonly<T> | undefined;
  }
}

sendable(ownMeta(import.meta), StateList, {
  name: 'troupe.state-list',
  toData: (of: StateList<unknown>) => StateList.refOf(of),
  fromData: (ref) => new StateList<unknown>(ref as ListRef),
});

function checkIndex(index: unknown): number {
  if (Number.isInteger(index)) return index as number;
  throw invalidOption('the index', index, 'a whole number');
}

/** @throws {TypeError} It is no list. */
export function checkList<L>(list: L, what: string): L {
  if (Array.isArray(list)) return list;
  throw invalidOption(what, list, 'a list');
}
