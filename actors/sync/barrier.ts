import type { ActorRef, ApiOf, WaitOptions } from '../../core/actor-ref.ts';
import type { BarrierHandlers } from './barrier-actor.ts';
import type { Duration } from '../../core/duration.ts';
import type { Sendable } from '../../core/sendable.ts';
import type { SyncOptions } from './lock.ts';
import type { TaskOf } from '../task.ts';
import { ANSWER_MS } from './lock.ts';
import { BarrierActor } from './barrier-actor.ts';
import { SENDABLE } from '../../core/sendable.ts';
import { addressOf } from '../task.ts';
import { checkMakerOptions } from '../maker-options.ts';
import { checkWait } from '../../core/within.ts';
import { currentParty } from './party.ts';
import { invalidOption } from '../../core/errors.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { sendable } from '../../core/sendable-class.ts';
import { spawn } from '../../runtime/actor-system.ts';
import { toPositiveMs } from '../../core/duration.ts';

/** How a barrier is made: its `name`, its `host` and the rest as for any actor. */
export interface BarrierOptions extends SyncOptions {
  /** How many go on together: a whole number >= 1. */
  parties: number;
  /** What is done each time that all have come, before anybody goes on: a task, on the barrier's host. Default nothing. */
  action?: TaskOf<[], unknown> | undefined;
  /** How long each may wait that doesn't say so itself, > 0. Default no limit. */
  timeout?: Duration | undefined;
}

type BarrierRef = ActorRef<ApiOf<BarrierHandlers>>;

/**
 * So many wait for each other, again and again, on any hosts: made by {@link barrier}. It is a value, and may be part of any message, to any host.
 *
 * It goes on with all or with none: when one of those who wait gives up or ends, it is broken, and each of the others gets a
 * {@link BrokenBarrierError}, as does whoever comes later, until it is reset.
 */
export class Barrier implements Sendable, AsyncDisposable {
  declare readonly [SENDABLE]: true;
  readonly #ref: BarrierRef;

  /** Made by {@link barrier}, or around the ref of a {@link BarrierActor} that was started otherwise, as a supervisor's child. */
  constructor(ref: BarrierRef) {
    this.#ref = ref;
  }

  /** What it is made of, in a message. */
  static refOf(of: Barrier): BarrierRef {
    return of.#ref;
  }

  /**
   * Waits until all have come.
   *
   * @param options.timeout How long to wait, > 0; then the barrier is broken. Default the barrier's own.
   * @returns Its place among those who go on together, in the order in which they have come: 0 for the first one. No other one has the same.
   * @throws {BrokenBarrierError} (all as rejections) The barrier is broken, or was reset; `cause` is what its action has thrown.
   * @throws {ActorStoppedError | HostDownError} It has ended.
   * @throws What `signal` was aborted with; the barrier is broken then.
   */
  async wait(options: WaitOptions = {}): Promise<number> {
    const { timeoutMs, signal } = checkWait(options, 'the options of wait()', NO_LIMIT);
    return this.#ref.with({ timeout: Infinity, signal }).ask.wait(currentParty(), timeoutMs === NO_LIMIT ? undefined : timeoutMs);
  }

  /** Breaks it: whoever waits, or comes later, gets a {@link BrokenBarrierError}. */
  async abort(options: WaitOptions = {}): Promise<void> {
    await this.#within(options, 'abort').ask.abort();
  }

  /** Makes it as it was in the beginning. Whoever waits gets a {@link BrokenBarrierError}. */
  async reset(options: WaitOptions = {}): Promise<void> {
    await this.#within(options, 'reset').ask.reset();
  }

  /** How many wait now. */
  async waiting(options: WaitOptions = {}): Promise<number> {
    return this.#within(options, 'waiting').ask.waiting();
  }

  async isBroken(options: WaitOptions = {}): Promise<boolean> {
    return this.#within(options, 'isBroken').ask.isBroken();
  }

  /** Ends it, for all who have it: whoever waits is told. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ref.stop();
  }

  toString(): string { return String(this.#ref).replace('ActorRef', 'Barrier'); }

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }

  #within(options: WaitOptions, method: string): BarrierRef {
    const { timeoutMs: timeout, signal } = checkWait(options, `the options of ${method}()`, ANSWER_MS);
    return this.#ref.with({ timeout, signal });
  }
}

/** Whoever waits doesn't say for how long. */
const NO_LIMIT = -1;

sendable(ownMeta(import.meta), Barrier, {
  name: 'troupe.barrier',
  toData: (of: Barrier) => Barrier.refOf(of),
  fromData: (ref: BarrierRef) => new Barrier(ref),
});

/**
 * Makes a barrier: an actor on the host of whoever makes it, or on `host`; made in a handler, it ends with that actor.
 *
 * @throws {TypeError | RangeError} (all as rejections) An option isn't what it should be.
 * @throws As `spawn`: its host can't be started, its `name` is taken.
 * @example
 * await using start = await barrier({ parties: 2, timeout: '1s' });
 * const places = await Promise.all([start.wait(), start.wait()]); // 0 and 1
 */
export async function barrier(given: BarrierOptions): Promise<Barrier> {
  const { parties, action, timeout, system, ...options } = checkMakerOptions(given, 'barrier', 'parties', 'action');
  if (!(Number.isSafeInteger(parties) && parties >= 1)) throw invalidOption('parties', parties, 'a whole number >= 1');
  const input = {
    parties,
    action: action === undefined ? undefined : actionOf(action),
    timeoutMs: timeout === undefined ? undefined : toPositiveMs(timeout, 'timeout'),
  };
  return new Barrier(await (system?.spawn ?? spawn)(BarrierActor, { input, ...options }));
}

function actionOf(task: unknown): { runner: ReturnType<typeof addressOf>['runner']; name: string } {
  const { runner, name } = addressOf(task);
  return { runner, name };
}
