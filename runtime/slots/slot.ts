import type { CallSettings, Recipient } from '../../core/actor-ref.ts';
import type { ExitReason } from '../../core/exit-reason.ts';
import type { Kernel } from '../kernel.ts';
import type { Shape } from '../../core/shape.ts';
import type { SlotNotice } from '../control.ts';
import type { Stream } from '../../core/actor-ref.ts';
import type { Wait } from '../../core/within.ts';
import { AskTimeoutError } from '../../core/errors.ts';
import { within } from '../../core/within.ts';

/** The part of a recipient that is the same wherever its actor lives. */
export abstract class Slot implements Recipient {
  readonly id: number;
  readonly path: string;
  readonly shape: Shape;
  protected readonly kernel: Kernel;
  /** Set once the slot is dead. */
  protected deathReason: ExitReason | undefined;
  #closed: { readonly promise: Promise<ExitReason>; readonly resolve: (reason: ExitReason) => void; holds: boolean } | undefined;
  readonly #drainWaiters = new Set<() => void>();
  /** From so many waiting messages on, the next overload is told. */
  #overloadAt: number;
  #isFull = false;

  constructor(kernel: Kernel, id: number, path: string, shape: Shape) {
    this.kernel = kernel;
    this.id = id;
    this.path = path;
    this.shape = shape;
    this.#overloadAt = firstOverload(shape);
  }

  abstract tell(handler: number, args: unknown[], settings: CallSettings | undefined): boolean;
  abstract ask(handler: number, args: unknown[], settings: CallSettings | undefined): Promise<unknown>;
  abstract stream(handler: number, args: unknown[], settings: CallSettings | undefined): Stream<unknown>;
  abstract notice(notice: SlotNotice): void;
  /** Puts a stop behind what this host has sent to the actor. */
  protected abstract sendStop(): void;
  protected abstract get hasRoom(): boolean;

  isOf(kernel: Kernel): boolean { return this.kernel === kernel; }

  get closed(): Promise<ExitReason> {
    if (this.deathReason !== undefined) return Promise.resolve(this.deathReason);
    const closing = this.#awaited(this.#closing);
    this.#holdUntilClosed();
    return closing;
  }

  get #closing(): Promise<ExitReason> {
    if (this.#closed !== undefined) return this.#closed.promise;
    let resolve: (reason: ExitReason) => void = () => {};
    const promise = new Promise<ExitReason>((settle) => { resolve = settle; });
    this.#closed = { promise, resolve, holds: false };
    // The authority may answer at once: the slot may be dead when this returns.
    this.awaited();
    return promise;
  }

  /** Whoever asks for it keeps the program alive, but for daemons. */
  #holdUntilClosed(): void {
    if (this.#closed === undefined || this.#closed.holds || this.#isForDaemon) return;
    this.#closed.holds = true;
    this.kernel.keepAlive.hold();
  }

  get #isForDaemon(): boolean { return this.kernel.current.invocation?.isDaemon === true; }

  /** The handler that runs now, if one does, waits for it. */
  #awaited<T>(promise: Promise<T>): Promise<T> {
    const caller = this.kernel.current.invocation;
    if (caller === undefined) return promise;
    caller.waits++;
    return promise.finally(() => { caller.waits--; });
  }

  get hasWaiters(): boolean {
    return this.#closed !== undefined || this.#drainWaiters.size > 0;
  }

  async stop(graceMs: number): Promise<void> {
    if (this.deathReason !== undefined) return;
    this.sendStop();
    await this.kernel.requests.ask((request) => ({ type: 'stop', request, slot: this.id, graceMs }));
  }

  kill(): void {
    if (this.deathReason === undefined) this.kernel.toAuthority({ type: 'kill', slot: this.id });
  }

  async drained(wait: Wait): Promise<void> {
    if (this.hasRoom || this.deathReason !== undefined) return;
    const { clock, keepAlive } = this.kernel;
    let drained = (): void => undefined;
    const room = new Promise<void>((resolve) => { drained = resolve; });
    const late = (): Error => new AskTimeoutError(this.path, 'drain', wait.timeoutMs, { where: 'unknown' });
    this.#drainWaiters.add(drained);
    this.awaited();
    const holds = !this.#isForDaemon;
    if (holds) keepAlive.hold();
    try {
      await this.#awaited(within(room, clock, wait, late));
    } finally {
      this.#drainWaiters.delete(drained);
      if (holds) keepAlive.release();
    }
  }

  /** Somebody waits for what only a notice can tell. */
  protected awaited(): void {}

  /** A message was added to the `waiting` ones. False above the high-water mark. */
  protected checkLoad(waiting: number): boolean {
    if (waiting >= this.#overloadAt) {
      this.#overloadAt *= 2;
      this.#tellOverload('high_water', this.shape.highWater, waiting);
    }
    return this.hasRoom;
  }

  /** The mailbox has no place for one more. Told once until it has room again. */
  protected full(capacity: number): void {
    if (this.#isFull) return;
    this.#isFull = true;
    this.#tellOverload('capacity', capacity, capacity);
  }

  #tellOverload(at: 'capacity' | 'high_water', limit: number, waiting: number): void {
    this.kernel.toAuthority({ type: 'event', name: 'overload', event: { actor: this.path, at, limit, waiting } });
  }

  protected checkDrained(): void {
    if ((this.#isFull || this.#overloadAt > firstOverload(this.shape)) && this.hasRoom) {
      this.#isFull = false;
      this.#overloadAt = firstOverload(this.shape);
    }
    if (this.#drainWaiters.size === 0 || !(this.hasRoom || this.deathReason !== undefined)) return;
    for (const drained of this.#drainWaiters) drained();
  }

  /** The slot is dead, once and for all. */
  protected die(reason: ExitReason): void {
    if (this.deathReason !== undefined) return;
    this.deathReason = reason;
    this.checkDrained();
    if (this.#closed === undefined) return;
    if (this.#closed.holds) this.kernel.keepAlive.release();
    this.#closed.resolve(reason);
    this.#closed = undefined;
  }
}

/** Who goes on although `tell` returned false has twice as many messages waiting soon. */
function firstOverload({ highWater }: Shape): number {
  return Math.max(2, highWater * 2);
}
