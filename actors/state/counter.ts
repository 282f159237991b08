import type { ContentRef } from './content-handlers.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import { StateHandle, checkNumber, type WatchOptions } from './handle.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { sendable } from '../../core/sendable-class.ts';

/**
 * A number that actors on any hosts count with: made by `state.counter()`. What is said of {@link StateValue} about calls and errors holds
 * here, too.
 */
export class StateCounter extends StateHandle<ContentRef> {
  async get(options?: WaitOptions): Promise<number> {
    return await this.within(options, 'get').ask.get(undefined) as number;
  }

  async set(value: number, options?: WaitOptions): Promise<void> {
    await this.within(options, 'set').ask.set(undefined, checkNumber(value, 'the value'));
  }

  /** Adds `by`, and resolves with what it is then. */
  async increment(by = 1, options?: WaitOptions): Promise<number> {
    return this.within(options, 'increment').ask.increment(undefined, checkNumber(by, 'by'));
  }

  /** Takes `by` away, and resolves with what it is then. */
  async decrement(by = 1, options?: WaitOptions): Promise<number> {
    return this.within(options, 'decrement').ask.increment(undefined, -checkNumber(by, 'by'));
  }

  /** Sets it to `next` if it is `expected`, and says whether it was. */
  async compareAndSet(expected: number, next: number, options?: WaitOptions): Promise<boolean> {
    return this.within(options, 'compareAndSet').ask.compareAndSet(undefined, expected, checkNumber(next, 'the next value'));
  }

  /** As {@link StateValue.watch}. */
  watch(options: WatchOptions = {}): AsyncGenerator<number, void, undefined> {
    return this.watchPart<number>(undefined, options);
  }
}

sendable(ownMeta(import.meta), StateCounter, {
  name: 'troupe.state-counter',
  toData: (of: StateCounter) => StateCounter.refOf(of),
  fromData: (ref) => new StateCounter(ref),
});
