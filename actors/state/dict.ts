import type { DeepReadonly, Given } from './frozen.ts';
import type { DictRef } from './dict-actor.ts';
import type { EntriesOf } from './entries.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import { StateHandle, checkEntries, checkKey, checkNumber, type WatchOptions } from './handle.ts';
import { frozen } from './frozen.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { sendable } from '../../core/sendable-class.ts';

/**
 * Values by their keys, which actors on any hosts share: made by `state.dict()`. A key is any text. What is said of {@link StateValue} about calls
 * and errors holds here, too.
 */
export class StateDict<T> extends StateHandle<DictRef> implements AsyncIterable<[string, DeepReadonly<T>]> {
  // For the compiler alone: a handle of other values is another type.
  declare protected readonly item: (value: T) => T;

  /** Undefined if it isn't there. */
  async get(key: string, options?: WaitOptions): Promise<DeepReadonly<T> | undefined> {
    return frozen(await this.within(options, 'get').ask.get(checkKey(key))) as DeepReadonly<T> | undefined;
  }

  async set(key: string, value: Given<T>, options?: WaitOptions): Promise<void> {
    await this.within(options, 'set').ask.set(checkKey(key), value);
  }

  async has(key: string, options?: WaitOptions): Promise<boolean> {
    return this.within(options, 'has').ask.has(checkKey(key));
  }

  /** Whether it was there. */
  async delete(key: string, options?: WaitOptions): Promise<boolean> {
    return this.within(options, 'delete').ask.delete(checkKey(key));
  }

  /** Deletes it, and resolves with what it was. */
  async take(key: string, options?: WaitOptions): Promise<DeepReadonly<T> | undefined> {
    return frozen(await this.within(options, 'take').ask.take(checkKey(key))) as DeepReadonly<T> | undefined;
  }

  /** What is there; if nothing is, `value` is from then on. */
  async getOrSet(key: string, value: Given<T>, options?: WaitOptions): Promise<DeepReadonly<T>> {
    return frozen(await this.within(options, 'getOrSet').ask.getOrSet(checkKey(key), value)) as DeepReadonly<T>;
  }

  /**
   * Adds `by`, and resolves with what it is then. What isn't there counts as 0.
   *
   * @throws {RefusedError} (as a rejection) `not_a_number`.
   */
  async increment(this: StateDict<number>, key: string, by = 1, options?: WaitOptions): Promise<number> {
    return this.within(options, 'increment').ask.increment(checkKey(key), checkNumber(by, 'by'));
  }

  /**
   * Puts items at the end of a list, and resolves with its length then. What isn't there counts as an empty list.
   *
   * @throws {RefusedError} (as a rejection) `not_a_list`.
   */
  async push<Item>(this: StateDict<Item[]>, key: string, ...items: Given<Item>[]): Promise<number> {
    return this.within(undefined, 'push').ask.push(checkKey(key), items);
  }

  /** As {@link StateValue.compareAndSet}; undefined is what isn't there. */
  async compareAndSet(key: string, expected: Given<T> | undefined, next: Given<T>, options?: WaitOptions): Promise<boolean> {
    return this.within(options, 'compareAndSet').ask.compareAndSet(checkKey(key), expected, next);
  }

  /** As {@link StateValue.update}; undefined is what isn't there. */
  async update(key: string, change: (value: DeepReadonly<T> | undefined) => Given<T>, options?: WaitOptions): Promise<DeepReadonly<T>> {
    return this.updatePart<T>(checkKey(key), change, options);
  }

  /** Sets all of them at once. */
  async patch(entries: EntriesOf<Given<T>>, options?: WaitOptions): Promise<void> {
    await this.within(options, 'patch').ask.patch(checkEntries(entries, 'the entries'));
  }

  async clear(options?: WaitOptions): Promise<void> {
    await this.within(options, 'clear').ask.clear();
  }

  async size(options?: WaitOptions): Promise<number> {
    return this.within(options, 'size').ask.size();
  }

  /** In the order in which they came. */
  async keys(options?: WaitOptions): Promise<string[]> {
    return this.within(options, 'keys').ask.keys();
  }

  /** All of it as it is now: frozen, and nobody else's. */
  async snapshot(options?: WaitOptions): Promise<Readonly<Record<string, DeepReadonly<T>>>> {
    return frozen(await this.within(options, 'snapshot').ask.get(undefined)) as Readonly<Record<string, DeepReadonly<T>>>;
  }

  /** As {@link StateValue.watch}: what is at this key, undefined when nothing is; or all of it. Changes of other keys wake nobody. */
  watch(key: string, options?: WatchOptions): AsyncGenerator<DeepReadonly<T> | undefined, void, undefined>;
  watch(options?: WatchOptions): AsyncGenerator<Readonly<Record<string, DeepReadonly<T>>>, void, undefined>;
  watch(keyOrOptions: string | WatchOptions = {}, options: WatchOptions = {}): AsyncGenerator<never, void, undefined> {
    return typeof keyOrOptions === 'string' ? this.watchPart<never>(keyOrOptions, options) : this.watchPart<never>(undefined, keyOrOptions);
  }

  /** Goes over what is there at the beginning, in the order in which the keys came. */
  async *[Symbol.asyncIterator](): AsyncGenerator<[string, DeepReadonly<T>], void, undefined> {
    for (const [key, value] of await this.within(undefined, 'for await').ask.entries()) yield [key, frozen(value as T)];
  }
}

sendable(ownMeta(import.meta), StateDict, {
  name: 'troupe.state-dict',
  toData: (of: StateDict<unknown>) => StateDict.refOf(of),
  fromData: (ref) => new StateDict<unknown>(ref as DictRef),
});
