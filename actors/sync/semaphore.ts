import type { LockRef } from './lock-actor.ts';
import type { SyncOptions } from './lock.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import { ANSWER_MS, Lock } from './lock.ts';
import { LockActor } from './lock-actor.ts';
import { checkMakerOptions } from '../maker-options.ts';
import { checkWait } from '../../core/within.ts';
import { invalidOption } from '../../core/errors.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { sendable } from '../../core/sendable-class.ts';
import { spawn } from '../../runtime/actor-system.ts';

/**
 * So many at a time, on any hosts: made by {@link semaphore} and {@link boundedSemaphore}. It is a value, and may be part of any message, to any
 * host.
 *
 * Whoever waits first, has a permit first. A permit that an actor holds is free again when that actor ends. As anybody may add permits, no wait for
 * one is known to be in vain: circles are not found.
 */
export class Semaphore extends Lock {
  /**
   * Adds permits that nobody has held: there may be more than it began with, unless it is bounded. A permit that was acquired goes back by
   * `held.release()`.
   *
   * @param count A whole number >= 1. Default 1.
   * @throws {TypeError} (all as rejections) `count` is something else.
   * @throws {ActorError} `TROUPE_TOO_MANY_PERMITS`: it is bounded, and would have more free ones than it began with. It has none more then.
   * @throws {ActorStoppedError | HostDownError} It has ended.
   */
  async release(count = 1, options: WaitOptions = {}): Promise<void> {
    const { timeoutMs: timeout, signal } = checkWait(options, 'the options of release()', ANSWER_MS);
    await this.ref.with({ timeout, signal }).ask.addPermits(checkCount(count, 'the count of permits', 1));
  }

  /** How many permits are free now. */
  async available(options: WaitOptions = {}): Promise<number> {
    const { timeoutMs: timeout, signal } = checkWait(options, 'the options of available()', ANSWER_MS);
    return this.ref.with({ timeout, signal }).ask.free();
  }

  toString(): string { return String(this.ref).replace('ActorRef', 'Semaphore'); }
}

sendable(ownMeta(import.meta), Semaphore, {
  name: 'troupe.semaphore',
  toData: (of: Semaphore) => Semaphore.refOf(of),
  fromData: (ref: LockRef) => new Semaphore(ref),
});

/**
 * Makes a semaphore: an actor on the host of whoever makes it, or on `host`; made in a handler, it ends with that actor.
 *
 * @param permits How many it begins with: a whole number >= 0. Default 1.
 * @throws {TypeError | RangeError} (all as rejections) `permits`, or an option, isn't what it should be.
 * @throws As `spawn`: its host can't be started, its `name` is taken.
 * @example
 * await using doors = await semaphore(2);
 * using one = await doors.acquire();
 * using two = await doors.acquire();
 * const three = await doors.tryAcquire(); // undefined
 */
export async function semaphore(permits = 1, options: SyncOptions = {}): Promise<Semaphore> {
  return make('semaphore', permits, checkMakerOptions(options, 'semaphore'));
}

/**
 * As {@link semaphore}, but `release()` is refused where more permits would be free than it began with.
 *
 * @throws As {@link semaphore}.
 */
export async function boundedSemaphore(permits = 1, options: SyncOptions = {}): Promise<Semaphore> {
  return make('bounded_semaphore', permits, checkMakerOptions(options, 'boundedSemaphore'));
}

async function make(kind: 'semaphore' | 'bounded_semaphore', count: number, { system, ...options }: SyncOptions): Promise<Semaphore> {
  const permits = checkCount(count, 'permits', 0);
  return new Semaphore(await (system?.spawn ?? spawn)(LockActor, { input: { kind, permits }, ...options }));
}

function checkCount(value: unknown, what: string, least: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw invalidOption(what, value, `a whole number >= ${least}`);
}
