import type { SyncOptions } from './lock.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import type { LockRef } from './lock-actor.ts';
import { ANSWER_MS, Lock } from './lock.ts';
import { LockActor } from './lock-actor.ts';
import { checkMakerOptions } from '../maker-options.ts';
import { checkWait } from '../../core/within.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { sendable } from '../../core/sendable-class.ts';
import { spawn } from '../../runtime/actor-system.ts';

/**
 * One at a time, on any hosts: made by {@link mutex} and {@link reentrantMutex}. It is a value, and may be part of any message, to any host.
 *
 * Whoever waits first, has it first. It belongs to one line of work of one actor: when that actor ends, crashes, or loses its host, the next
 * one has it, and is told so by `held.wasAbandoned`. What belongs to no actor is the program's. Those who wait for each other, in a circle,
 * are told: the one that has waited for the shortest time gets a {@link DeadlockError}, and the others go on.
 */
export class Mutex extends Lock {
  /** Whether somebody holds it. Somebody else may be faster. */
  async isLocked(options: WaitOptions = {}): Promise<boolean> {
    const { timeoutMs: timeout, signal } = checkWait(options, 'the options of isLocked()', ANSWER_MS);
    return await this.ref.with({ timeout, signal }).ask.free() === 0;
  }

  toString(): string { return String(this.ref).replace('ActorRef', 'Mutex'); }
}

sendable(ownMeta(import.meta), Mutex, {
  name: 'troupe.mutex',
  toData: (of: Mutex) => Mutex.refOf(of),
  fromData: (ref: LockRef) => new Mutex(ref),
});

/**
 * Makes a mutex: an actor on the host of whoever makes it, or on `host`; made in a handler, it ends with that actor. Who holds it and acquires it
 * again gets a {@link DeadlockError}.
 *
 * @throws {TypeError | RangeError} (all as rejections) An option isn't what it should be.
 * @throws As `spawn`: its host can't be started, its `name` is taken.
 * @example
 * await using lock = await mutex();
 * {
 *   using held = await lock.acquire({ timeout: '1s' });
 *   if (held.wasAbandoned) console.error('somebody has left this half done');
 * }
 * const answer = await lock.use(() => 42);
 */
export async function mutex(options: SyncOptions = {}): Promise<Mutex> {
  return make('mutex', checkMakerOptions(options, 'mutex'));
}

/**
 * As {@link mutex}, but who holds it may acquire it again, and then has it until all of its guards are released: one that answers one message at a time
 * within that, a stream within itself. The program's code is many lines of work: there each call waits.
 *
 * @throws As {@link mutex}.
 */
export async function reentrantMutex(options: SyncOptions = {}): Promise<Mutex> {
  return make('reentrant_mutex', checkMakerOptions(options, 'reentrantMutex'));
}

async function make(kind: 'mutex' | 'reentrant_mutex', { system, ...options }: SyncOptions): Promise<Mutex> {
  return new Mutex(await (system?.spawn ?? spawn)(LockActor, { input: { kind }, ...options }));
}
