import type { Held, Holding } from './held.ts';
import type { LockRef } from './lock-actor.ts';
import type { SyncOptions } from './lock.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import type { Woken } from './lock-state.ts';
import { ActorError, invalidOption } from '../../core/errors.ts';
import { ANSWER_MS, Lock, mayBeHeld } from './lock.ts';
import { Held as HeldLock } from './held.ts';
import { LockActor } from './lock-actor.ts';
import { Mutex } from './mutex.ts';
import { checkLimit } from '../../core/options.ts';
import { checkMakerOptions } from '../maker-options.ts';
import { checkWait } from '../../core/within.ts';
import { currentActor } from '../../runtime/current-actor.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { sendable } from '../../core/sendable-class.ts';
import { spawn } from '../../runtime/actor-system.ts';

/** How a condition is made: over a mutex that is there, or with one of its own, made as any actor. */
export type ConditionOptions = SyncOptions & { readonly mutex?: never } | { readonly mutex: Mutex };

/**
 * Lets those who hold a mutex wait for each other's doings, on any hosts: made by {@link condition}. It is a value, and may be part of any message,
 * to any host. It is acquired as its mutex is, which is all that `acquire`, `tryAcquire` and `use` do.
 *
 * A notification is for those who wait at that time, those first who have waited longest; it is never remembered. Whoever gives up waiting, or ends,
 * takes none away: it goes to the next one.
 */
export class Condition extends Lock {
  /** Which one it is of those of its mutex. */
  readonly #number: number;

  /**
   * Made by {@link condition}, or around the ref of a {@link LockActor} that was started otherwise, as a supervisor's child.
   *
   * @param number Which one of its conditions: 0 is there from the beginning on.
   */
  constructor(ref: LockRef, number = OWN) {
    super(ref);
    this.#number = number;
  }

  /** What it is made of, in a message. */
  static dataOf(of: Condition): ConditionData {
    return { ref: of.ref, number: of.#number };
  }

  /**
   * Lets the mutex go, all levels of a reentrant one, until it is notified, or the time is up; then waits for the mutex in turn, and holds it
   * again. What it waits for may have changed once more meanwhile: {@link waitFor} looks.
   *
   * @param options.timeout How long to wait for a notification, > 0. Default no limit.
   * @returns Whether it was notified; false when the time was up before. It holds the mutex in both cases.
   * @throws {ActorError} (all as rejections) `TROUPE_NOT_HELD`: `held` isn't of this mutex, was released, or is of an earlier life of it.
   * @throws {DeadlockError} It would wait for itself in order to hold the mutex again.
   * @throws {ActorStoppedError | HostDownError} The mutex has ended.
   * @throws What `signal` was aborted with. It doesn't hold the mutex any more after an error of the wait itself, this one and the two above.
   */
  async wait(held: Held, options: WaitOptions = {}): Promise<boolean> {
    const { timeoutMs, signal } = checkWait(options, 'the options of wait()', Infinity);
    return (await this.#wait(held, timeoutMs, signal)).wasNotified;
  }

  /**
   * Waits until `predicate` gives something true; it is called while the mutex is held.
   *
   * @param options.timeout How long to wait in all, > 0. Default no limit.
   * @returns What `predicate` has given last: something false if the time was up.
   * @throws As {@link wait}, and what `predicate` throws: the mutex is held then.
   */
  async waitFor<T>(held: Held, predicate: () => T, options: WaitOptions = {}): Promise<Awaited<T>> {
    const { timeoutMs, signal } = checkWait(options, 'the options of waitFor()', Infinity);
    if (typeof predicate !== 'function') throw invalidOption('the predicate of waitFor()', predicate, 'a function');
    let value = await predicate();
    for (let leftMs = timeoutMs; !value && leftMs > 0; value = await predicate()) {
      const { wasNotified, waitedMs } = await this.#wait(held, leftMs, signal);
      leftMs = wasNotified ? leftMs - waitedMs : 0;
    }
    return value;
  }

  /**
   * Wakes those who have waited longest: they hold the mutex as soon as it is free, each in turn.
   *
   * @param count How many of them, if there are as many: a whole number >= 1, or `Infinity`. Default 1.
   * @throws {TypeError} (all as rejections) `count` is something else.
   * @throws {ActorError} `TROUPE_NOT_HELD`: `held` isn't of this mutex, was released, or is of an earlier life of it.
   * @throws {ActorStoppedError | HostDownError} The mutex has ended.
   */
  async notify(held: Held, count = 1): Promise<void> {
    const { ticket } = this.#holding(held, 'notify');
    await this.ref.with({ timeout: ANSWER_MS }).ask.notify(ticket, this.#number, checkLimit(count, 'the count of those to notify'));
  }

  /**
   * Wakes all who wait.
   *
   * @throws As {@link notify}.
   */
  async notifyAll(held: Held): Promise<void> {
    await this.notify(held, Infinity);
  }

  /** Ends its mutex, if that is its own. */
  override async [Symbol.asyncDispose](): Promise<void> {
    if (this.#number === OWN) await super[Symbol.asyncDispose]();
  }

  toString(): string { return String(this.ref).replace('ActorRef', 'Condition'); }

  async #wait(held: Held, timeoutMs: number, signal: AbortSignal | undefined): Promise<Woken> {
    const holding = this.#holding(held, 'wait at');
    if (holding.isAsleep) throw new ActorError('TROUPE_NOT_HELD', `Cannot wait at ${String(this)}: the guard waits already`);
    const { ticket } = holding;
    const actor = currentActor();
    holding.isAsleep = true;
    try {
      const woken = await this.ref.with({ timeout: Infinity, signal }).ask.wait(ticket, this.#number, timeoutMs);
      holding.wasAbandoned = woken.wasAbandoned;
      return woken;
    } catch (error) {
      holding.isOver = true;
      if (mayBeHeld(error, signal, actor)) this.ref.tell.leave(ticket);
      throw error;
    } finally {
      holding.isAsleep = false;
    }
  }

  #holding(held: Held, action: string): Holding {
    if (!(held instanceof HeldLock)) throw invalidOption('held', held, 'what acquire() has given');
    const holding = HeldLock.holdingOf(held);
    if (!holding.isOver && holding.ref.equals(this.ref)) return holding;
    const why = holding.isOver ? 'the guard was released' : 'the guard is of another lock';
    throw new ActorError('TROUPE_NOT_HELD', `Cannot ${action} ${String(this)}: ${why}`);
  }
}

/** The condition that each mutex has from the beginning on. */
const OWN = 0;

interface ConditionData {
  readonly ref: LockRef;
  readonly number: number;
}

sendable(ownMeta(import.meta), Condition, {
  name: 'troupe.condition',
  toData: (of: Condition) => Condition.dataOf(of),
  fromData: ({ ref, number }: ConditionData) => new Condition(ref, number),
});

/**
 * Makes a condition with a mutex of its own, or one more over a mutex that is there: several who wait for different things in the same data.
 *
 * @throws {TypeError | RangeError} (all as rejections) An option isn't what it should be.
 * @throws As `mutex`; over a mutex, {@link ActorStoppedError} or {@link HostDownError} if that has ended.
 * @example
 * await using changed = await condition();
 * let isReady = false;
 * const waiting = changed.use((held) => changed.waitFor(held, () => isReady, { timeout: '1s' }));
 * await changed.use(async (held) => {
 *   isReady = true;
 *   await changed.notifyAll(held);
 * });
 * const wasReady = await waiting; // true
 */
export async function condition(options: ConditionOptions = {}): Promise<Condition> {
  const { system, mutex, ...rest } = checkMakerOptions<SyncOptions & { mutex?: Mutex }>(options, 'condition', 'mutex');
  if (mutex === undefined) {
    return new Condition(await (system?.spawn ?? spawn)(LockActor, { input: { kind: 'mutex' }, ...rest }));
  }
  if (!(mutex instanceof Mutex)) throw invalidOption('mutex', mutex, 'a mutex');
  const ref = Mutex.refOf(mutex);
  return new Condition(ref, await ref.ask.tickets());
}
