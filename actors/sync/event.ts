import type { ActorRef, ApiOf, WaitOptions } from '../../core/actor-ref.ts';
import type { EventHandlers } from './event-actor.ts';
import type { Sendable } from '../../core/sendable.ts';
import type { SyncOptions } from './lock.ts';
import { ANSWER_MS } from './lock.ts';
import { AskTimeoutError } from '../../core/errors.ts';
import { EventActor } from './event-actor.ts';
import { SENDABLE } from '../../core/sendable.ts';
import { checkMakerOptions } from '../maker-options.ts';
import { checkWait } from '../../core/within.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { sendable } from '../../core/sendable-class.ts';
import { spawn } from '../../runtime/actor-system.ts';

type EventRef = ActorRef<ApiOf<EventHandlers>>;

/**
 * Whether something has happened, for all who want to know, on any hosts: made by {@link event}. It is a value, and may be part of any message, to
 * any host. It belongs to nobody: it stays set until somebody clears it, whoever ends.
 */
export class EventFlag implements Sendable, AsyncDisposable {
  declare readonly [SENDABLE]: true;
  readonly #ref: EventRef;

  /** Made by {@link event}, or around the ref of an {@link EventActor} that was started otherwise, as a supervisor's child. */
  constructor(ref: EventRef) {
    this.#ref = ref;
  }

  /** What it is made of, in a message. */
  static refOf(of: EventFlag): EventRef {
    return of.#ref;
  }

  /** It has happened: all who wait go on. */
  async set(options: WaitOptions = {}): Promise<void> {
    await this.#within(options, 'set').ask.set();
  }

  /** It has not happened. */
  async clear(options: WaitOptions = {}): Promise<void> {
    await this.#within(options, 'clear').ask.clear();
  }

  async isSet(options: WaitOptions = {}): Promise<boolean> {
    return this.#within(options, 'isSet').ask.isSet();
  }

  /**
   * Waits until it is set, be it for a moment.
   *
   * @param options.timeout How long to wait. Default no limit.
   * @returns Whether it was set; false when the time was up before.
   * @throws {ActorStoppedError | HostDownError} (all as rejections) It has ended.
   * @throws What `signal` was aborted with.
   */
  async wait(options: WaitOptions = {}): Promise<boolean> {
    try {
      return await this.#within(options, 'wait', Infinity).ask.wait();
    } catch (error) {
      if (error instanceof AskTimeoutError) return false;
      throw error;
    }
  }

  /** Ends it, for all who have it: whoever waits is told. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ref.stop();
  }

  toString(): string { return String(this.#ref).replace('ActorRef', 'EventFlag'); }

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }

  #within(options: WaitOptions, method: string, defaultMs = ANSWER_MS): EventRef {
    const { timeoutMs: timeout, signal } = checkWait(options, `the options of ${method}()`, defaultMs);
    return this.#ref.with({ timeout, signal });
  }
}

sendable(ownMeta(import.meta), EventFlag, {
  name: 'troupe.event',
  toData: (of: EventFlag) => EventFlag.refOf(of),
  fromData: (ref: EventRef) => new EventFlag(ref),
});

/**
 * Makes an event that has not happened: an actor on the host of whoever makes it, or on `host`; made in a handler, it ends with that actor.
 *
 * @throws {TypeError | RangeError} (all as rejections) An option isn't what it should be.
 * @throws As `spawn`: its host can't be started, its `name` is taken.
 * @example
 * await using ready = await event();
 * const waiting = ready.wait({ timeout: '1s' });
 * await ready.set();
 * const isReady = await waiting; // true
 */
export async function event(given: SyncOptions = {}): Promise<EventFlag> {
  const { system, ...options } = checkMakerOptions(given, 'event');
  return new EventFlag(await (system?.spawn ?? spawn)(EventActor, options));
}
