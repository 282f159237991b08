import type { DeepReadonly, Given } from './frozen.ts';
import type { NamespaceRef } from './namespace-actor.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import { StateHandle, checkEntries, checkKey, checkNumber, type WatchOptions } from './handle.ts';
import { frozen } from './frozen.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { sendable } from '../../core/sendable-class.ts';

/** The names of its numbers. */
type NumberOf<T> = { [K in keyof T & string]: T[K] extends number ? K : never }[keyof T & string];

/**
 * An object whose properties actors on any hosts share, each with its own type: made by `state.namespace()`. What is said of {@link StateValue}
 * about calls and errors holds here, too.
 */
export class StateNamespace<T extends object> extends StateHandle<NamespaceRef> {
  // For the compiler alone: a handle of another object is another type.
  declare protected readonly item: (value: T) => T;

  async get<K extends keyof T & string>(name: K, options?: WaitOptions): Promise<DeepReadonly<T[K]>> {
    return frozen(await this.within(options, 'get').ask.get(checkKey(name))) as DeepReadonly<T[K]>;
  }

  async set<K extends keyof T & string>(name: K, value: Given<T[K]>, options?: WaitOptions): Promise<void> {
    await this.within(options, 'set').ask.set(checkKey(name), value);
  }

  /** Adds `by`, and resolves with what it is then. */
  async increment(name: NumberOf<T>, by = 1, options?: WaitOptions): Promise<number> {
    return this.within(options, 'increment').ask.increment(checkKey(name), checkNumber(by, 'by'));
  }

  /** As {@link StateValue.compareAndSet}. */
  async compareAndSet<K extends keyof T & string>(name: K, expected: Given<T[K]>, next: Given<T[K]>, options?: WaitOptions): Promise<boolean> {
    return this.within(options, 'compareAndSet').ask.compareAndSet(checkKey(name), expected, next);
  }

  /** Sets these properties at once. */
  async patch(properties: Partial<Given<T>>, options?: WaitOptions): Promise<void> {
    await this.within(options, 'patch').ask.patch(checkEntries(properties, 'the properties'));
  }

  /** As {@link StateValue.update}, of all properties. Those that stay the same wake nobody who watches them alone. */
  async update(change: (properties: DeepReadonly<T>) => Given<T>, options?: WaitOptions): Promise<DeepReadonly<T>> {
    return this.updatePart<T>(undefined, (properties) => checkEntries(change(properties), 'what update() has made of it') as Given<T>, options);
  }

  /** All of it as it is now: frozen, and nobody else's. */
  async snapshot(options?: WaitOptions): Promise<DeepReadonly<T>> {
    return frozen(await this.within(options, 'snapshot').ask.get(undefined)) as DeepReadonly<T>;
  }

  /** As {@link StateValue.watch}: this property, or all of it. Changes of other properties wake nobody. */
  watch<K extends keyof T & string>(name: K, options?: WatchOptions): AsyncGenerator<DeepReadonly<T[K]>, void, undefined>;
  watch(options?: WatchOptions): AsyncGenerator<DeepReadonly<T>, void, undefined>;
  watch(nameOrOptions: string | WatchOptions = {}, options: WatchOptions = {}): AsyncGenerator<never, void, undefined> {
    return typeof nameOrOptions === 'string' ? this.watchPart<never>(nameOrOptions, options) : this.watchPart<never>(undefined, nameOrOptions);
  }
}

sendable(ownMeta(import.meta), StateNamespace, {
  name: 'troupe.state-namespace',
  toData: (of: StateNamespace<object>) => StateNamespace.refOf(of),
  fromData: (ref) => new StateNamespace<object>(ref as NamespaceRef),
});
