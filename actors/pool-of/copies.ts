import type { ActorRef } from '../../core/actor-ref.ts';
import type { ExitReason } from '../../core/exit-reason.ts';
import type { Intensity } from '../../core/restart-intensity.ts';
import type { StartContext } from '../../core/context.ts';
import { DEFAULT_BACKOFF, restartDelayMs } from '../../core/backoff.ts';
import { addRestart } from '../../core/restart-intensity.ts';
import { describeExit } from '../../core/exit-reason.ts';

/** Which copy gets a message: a number, counted round from the first one. */
export type PickCopy = (handler: string, args: readonly unknown[]) => number;

/** How copies are chosen and replaced. */
export interface CopiesPlan<Api> {
  readonly size: number;
  readonly pick: 'least_busy' | 'round_robin' | PickCopy;
  readonly intensity: Intensity;
  readonly start: () => Promise<ActorRef<Api>>;
}

/** The place of one copy. */
interface Copy<Api> {
  ref: ActorRef<Api> | undefined;
  /** How many asks and streams it has. */
  busy: number;
  /** What waits until it is there again. */
  readonly waiting: ((ref: ActorRef<Api>) => void)[];
}

/** Copies of an actor: which of them gets what, and how they are started again. */
export class Copies<Api extends object> {
  readonly #plan: CopiesPlan<Api>;
  readonly #ctx: StartContext;
  readonly #copies: readonly Copy<Api>[];
  /** What waits for whichever copy is there first. */
  readonly #waiting: ((ref: ActorRef<Api>) => void)[] = [];
  #restarts: readonly number[] = [];
  #last = -1;

  constructor(plan: CopiesPlan<Api>, ctx: StartContext) {
    this.#plan = plan;
    this.#ctx = ctx;
    this.#copies = Array.from({ length: plan.size }, () => ({ ref: undefined, busy: 0, waiting: [] }));
  }

  /** Rejects with what keeps one of them from being started. */
  async start(): Promise<this> {
    await Promise.all(this.#copies.map(async (copy) => this.#up(copy, await this.#plan.start())));
    return this;
  }

  /** Who gets the next message; a promise while that one is being started. */
  next(handler: string, args: readonly unknown[]): ActorRef<Api> | Promise<ActorRef<Api>> {
    const copy = this.#pick(handler, args);
    if (copy?.ref === undefined) return new Promise((resolve) => (copy?.waiting ?? this.#waiting).push((ref) => resolve(this.#begin(ref))));
    return this.#begin(copy.ref);
  }

  settled(ref: ActorRef<Api>): void {
    const copy = this.#find(ref);
    if (copy !== undefined) copy.busy--;
  }

  /**
   * A copy has ended: another one takes its place.
   *
   * @throws {Error} That has happened too often.
   */
  down(ref: ActorRef<object>, reason: ExitReason): void {
    const copy = this.#find(ref);
    if (copy === undefined) return;
    copy.ref = undefined;
    copy.busy = 0;
    this.#again(copy, reason.kind === 'error' ? reason.error : new Error(describeExit(reason)));
  }

  #again(copy: Copy<Api>, cause: Error): void {
    const { intensity } = this.#plan;
    const { times, isAllowed } = addRestart(this.#restarts, this.#ctx.now(), intensity);
    this.#restarts = times;
    if (!isAllowed) throw new Error(`its copies have ended more than ${intensity.maxRestarts} times within ${intensity.withinMs} ms: ${cause.message}`, { cause });
    const delay = restartDelayMs(times.length, this.#ctx.random(), DEFAULT_BACKOFF);
    this.#ctx.after(delay, () => {
      void this.#plan.start().then((ref) => this.#up(copy, ref), (error: Error) => {
        // As the router's own work, so that it may crash.
        this.#ctx.after(0, () => this.#again(copy, error));
      });
    });
  }

  #up(copy: Copy<Api>, ref: ActorRef<Api>): void {
    this.#ctx.monitor(ref);
    copy.ref = ref;
    for (const go of [...copy.waiting.splice(0), ...this.#waiting.splice(0)]) go(ref);
  }

  #begin(ref: ActorRef<Api>): ActorRef<Api> {
    const copy = this.#find(ref);
    if (copy !== undefined) copy.busy++;
    return ref;
  }

  #find(ref: ActorRef<object>): Copy<Api> | undefined {
    return this.#copies.find((copy) => copy.ref?.equals(ref) === true);
  }

  /** Undefined where it may be any, and none is there. */
  #pick(handler: string, args: readonly unknown[]): Copy<Api> | undefined {
    const { pick, size } = this.#plan;
    if (typeof pick === 'function') {
      const number = pick(handler, args);
      if (Number.isSafeInteger(number)) return this.#copies[((number % size) + size) % size];
      throw new RangeError(`Cannot pick a copy for "${handler}": expected a whole number, got ${String(number)}`);
    }
    let best: number | undefined;
    for (let i = 1; i <= size; i++) {
      const number = (this.#last + i) % size;
      const copy = this.#copies[number];
      if (copy?.ref === undefined) continue;
      if (best === undefined || copy.busy < (this.#copies[best]?.busy ?? 0)) best = number;
      if (pick === 'round_robin') break;
    }
    if (best === undefined) return undefined;
    this.#last = best;
    return this.#copies[best];
  }
}
