import type { Grant } from './lock-state.ts';
import type { LockRef } from './lock-actor.ts';
import type { Sendable } from '../../core/sendable.ts';
import type { Spawn, SpawnOptions } from '../../core/spawn-options.ts';
import type { StartContext } from '../../core/context.ts';
import type { Wait } from '../../core/within.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import { ActorCrashedError, ActorStoppedError, AskTimeoutError, DeadlockError, HostDownError, invalidOption } from '../../core/errors.ts';
import { Held } from './held.ts';
import { SENDABLE } from '../../core/sendable.ts';
import { Tickets } from '../tickets.ts';
import { checkWait } from '../../core/within.ts';
import { currentActor } from '../../runtime/current-actor.ts';
import { partyOf } from './party.ts';

/** How a lock, an event or a barrier is made: its `name`, its `host` and the rest as for any actor. */
export interface SyncOptions extends SpawnOptions<'anywhere'> {
  /** Where it is made. Default: the default system; in a handler, its actor. */
  system?: { readonly spawn: Spawn };
}

/** What a {@link Mutex}, a {@link Semaphore} and a {@link Condition} have in common: it can be acquired, in turn, by code on any host. */
export abstract class Lock implements Sendable, AsyncDisposable {
  declare readonly [SENDABLE]: true;
  protected readonly ref: LockRef;
  readonly #patient: LockRef;
  readonly #tickets = new Tickets();

  /** Made by the function of its name, or around the ref of a {@link LockActor} that was started otherwise, as a supervisor's child. */
  constructor(ref: LockRef) {
    this.ref = ref;
    this.#patient = ref.with({ timeout: Infinity });
  }

  /** The actor that it is. */
  static refOf(lock: Lock): LockRef {
    return lock.ref;
  }

  /**
   * Waits in turn until it can be had, and holds it then: for the actor whose code this is, until that releases it or ends; else for the
   * program.
   *
   * @param options.timeout How long to wait. Default no limit.
   * @throws {AskTimeoutError} (all as rejections) Not within `timeout`.
   * @throws {DeadlockError} A mutex alone: it would wait for itself, at once or by way of others who hold what it waits for.
   * @throws {ActorStoppedError | HostDownError} The lock has ended.
   * @throws What `signal` was aborted with.
   */
  async acquire(options: WaitOptions = {}): Promise<Held> {
    return Lock.acquireFor(this, currentActor(), checkWait(options, 'the options of acquire()', Infinity));
  }

  /** {@link acquire}, for an actor that is known. */
  static async acquireFor(lock: Lock, actor: StartContext | undefined, wait: Wait): Promise<Held> {
    return await lock.#acquire(actor, wait, true) as Held;
  }

  /**
   * Holds it if it can be had at once; else undefined.
   *
   * @param options.timeout How long to wait for the answer. Default 5 s.
   * @throws As {@link acquire}.
   */
  async tryAcquire(options: WaitOptions = {}): Promise<Held | undefined> {
    return this.#acquire(currentActor(), checkWait(options, 'the options of tryAcquire()', ANSWER_MS), false);
  }

  /**
   * Does `work` while it is held, and gives what it gives.
   *
   * @throws As {@link acquire}, and what `work` throws.
   */
  async use<T>(work: (held: Held) => T, options: WaitOptions = {}): Promise<Awaited<T>> {
    if (typeof work !== 'function') throw invalidOption('the work of use()', work, 'a function');
    const held = await this.acquire(options);
    try {
      return await work(held);
    } finally {
      held.release();
    }
  }

  /** Ends it, for all who have it: whoever waits is told. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.ref.stop();
  }

  abstract toString(): string;

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }

  async #acquire(actor: StartContext | undefined, { timeoutMs: timeout, signal }: Wait, waits: boolean): Promise<Held | undefined> {
    const party = partyOf(actor);
    const ref = timeout === Infinity && signal === undefined ? this.#patient : this.ref.with({ timeout, signal });
    const ticket = await this.#tickets.take(() => ref.ask.tickets());
    let grant: Grant | undefined;
    try {
      grant = await ref.ask.acquire(ticket, party, waits);
    } catch (error) {
      if (mayBeHeld(error, signal, actor)) this.ref.tell.release(ticket);
      const hasWaited = waits && error instanceof AskTimeoutError && error.where !== 'unknown';
      throw hasWaited ? new AskTimeoutError(String(this), 'acquire', error.timeoutMs, { where: 'lock' }) : error;
    }
    return grant === undefined ? undefined : new Held({ ref: this.ref, ticket, ...grant, isOver: false, isAsleep: false });
  }
}

/** How long a lock may take to answer what it answers at once. */
export const ANSWER_MS = 5_000;

/** Whether a wait has failed whose answer may be on its way, or still to come: not if the lock itself has said no, or has ended. */
export function mayBeHeld(error: unknown, signal: AbortSignal | undefined, actor: StartContext | undefined): boolean {
  if (signal?.aborted === true || actor?.signal.aborted === true) return true;
  return ![DeadlockError, ActorStoppedError, ActorCrashedError, HostDownError].some((each) => error instanceof each);
}
