import type { DeepReadonly, Given } from './frozen.ts';
import type { ValueRef } from './value-actor.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import { StateHandle, type WatchOptions } from './handle.ts';
import { frozen } from './frozen.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { sendable } from '../../core/sendable-class.ts';

/**
 * One value that actors on any hosts share: made by `state.value()`. The handle is a value itself, and may be part of any message, to any host.
 *
 * All methods take how long to wait for the answer, default 5 s, and a `signal`. They reject with an {@link ActorStoppedError} or
 * {@link HostDownError} when the actor or its host has ended, and with {@link NotSendableError} for what can't be sent.
 */
export class StateValue<T> extends StateHandle<ValueRef> {
  // For the compiler alone: a handle of another value is another type.
  declare protected readonly item: (value: T) => T;

  /** The value as it is now: frozen, and nobody else's. */
  async get(options?: WaitOptions): Promise<DeepReadonly<T>> {
    return frozen(await this.within(options, 'get').ask.get(undefined)) as DeepReadonly<T>;
  }

  async set(value: Given<T>, options?: WaitOptions): Promise<void> {
    await this.within(options, 'set').ask.set(undefined, value);
  }

  /** Sets it, and resolves with what it was. */
  async exchange(value: Given<T>, options?: WaitOptions): Promise<DeepReadonly<T>> {
    return frozen(await this.within(options, 'exchange').ask.exchange(value)) as DeepReadonly<T>;
  }

  /** Sets it to `next` if it is made of the same parts as `expected`, and says whether it was. */
  async compareAndSet(expected: Given<T>, next: Given<T>, options?: WaitOptions): Promise<boolean> {
    return this.within(options, 'compareAndSet').ask.compareAndSet(undefined, expected, next);
  }

  /**
   * Sets it to what `change` makes of it, and resolves with that. `change` runs here, and again when somebody else was faster: somebody always
   * gets on, but one who computes for long may have to run it many times.
   *
   * @param options.timeout For each answer. Default 5 s.
   * @throws (as a rejection) What `change` throws; nothing has been set then.
   */
  async update(change: (value: DeepReadonly<T>) => Given<T>, options?: WaitOptions): Promise<DeepReadonly<T>> {
    return this.updatePart(undefined, change, options);
  }

  /**
   * The value as it is now, then the newest one after each change: one who is slow skips what was in between. It goes on when the actor is
   * started again. `return()` ends it at once, also for a `next()` that waits.
   */
  watch(options: WatchOptions = {}): AsyncGenerator<DeepReadonly<T>, void, undefined> {
    return this.watchPart<T>(undefined, options);
  }
}

sendable(ownMeta(import.meta), StateValue, {
  name: 'troupe.state-value',
  toData: (of: StateValue<unknown>) => StateValue.refOf(of),
  fromData: (ref) => new StateValue<unknown>(ref as ValueRef),
});
