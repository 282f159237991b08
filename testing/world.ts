import type { SeededRandom } from './seeded-random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** One thing that can happen next: a turn of an actor, the arrival of a frame, a timer that is due. */
export interface Step {
  /** What it is, for the trace. */
  readonly label: string;
  run(): void;
}

/** What a world needs around it. */
export interface WorldPort {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  /** Calls `run` when the microtasks of what runs now are done. */
  readonly later: (run: () => void) => void;
}

/** How many frames may follow from each other, each after the one before it, before nobody waits for more of them. */
const MAX_HOPS = 100;

/** Somebody waits until nothing can happen any more without time going beyond `until`. */
interface Waiter {
  readonly until: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * All that can happen next in a simulation. One step is run at a time, chosen by chance, and all promises settle before the
 * next one; time goes on only when there is no step left. With the same seed the same steps come in the same order.
 */
export class World {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  /** What has happened, one line each: number, time, what. */
  readonly trace: string[] = [];
  /** Asked before each step for one that comes in between: an injected fault. */
  inject: ((step: number) => Step | undefined) | undefined;
  /** Called after each step. What it throws is a failure of the simulation. */
  check: (() => void) | undefined;
  /** Called when nothing can happen any more, before those who wait for that are told. It may tell of a failure. */
  rest: (() => void) | undefined;
  readonly #later: WorldPort['later'];
  readonly #ready: Step[] = [];
  /** When the frames that take their time arrive: time goes on for them alone, too. */
  readonly #arrivals = new Set<{ readonly at: number }>();
  /** How long one of them has taken at most. */
  #longestFlight = 0;
  readonly #waiters: Waiter[] = [];
  #steps = 0;
  /** Work outside of the simulation that is waited for, like the import of a module. */
  #outside = 0;
  #isRunning = false;
  #failure: { readonly error: unknown } | undefined;

  constructor({ time, random, later }: WorldPort) {
    this.time = time;
    this.random = random;
    this.#later = later;
  }

  /** How many steps have been run. */
  get steps(): number { return this.#steps; }

  /** Whether nothing can happen unless time passes, and nobody waits for that. */
  get standsStill(): boolean {
    return !this.#isRunning && this.#outside === 0 && this.#waiters.length === 0 && this.time.nextAt !== Infinity;
  }

  /** `step` can happen from now on. */
  offer(step: Step): void {
    this.#ready.push(step);
    this.#wake();
  }

  /** Has `arrive` called after `ms`, even if nobody advances the time. Who waits doesn't wait for ever when one leads to the next. */
  fly(ms: number, arrive: () => void): void {
    this.#longestFlight = Math.max(this.#longestFlight, ms);
    const arrival = { at: this.time.now() + ms };
    this.#arrivals.add(arrival);
    this.time.after(ms, () => {
      this.#arrivals.delete(arrival);
      arrive();
    });
    this.#wake();
  }

  /** Nothing is quiet until `work` has ended. */
  async awaitOutside<T>(work: Promise<T>): Promise<T> {
    this.#outside++;
    try {
      return await work;
    } finally {
      this.#outside--;
      this.#wake();
    }
  }

  /** Resolves when nothing can happen any more until `until`; that is the time then. */
  async settle(until = this.time.now()): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#waiters.push({ until, resolve, reject });
      this.#wake();
    });
    this.time.goTo(until);
  }

  /** The simulation has gone wrong: whoever waits for it, or does so next, is told. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  note(text: string): void {
    this.trace.push(`${this.#steps} ${this.time.now()} ${text}`);
  }

  #wake(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#later(this.#turn);
  }

  readonly #turn = (): void => {
    this.#tellFailure();
    const step = this.#next();
    if (step === undefined) {
      this.#isRunning = false;
      if (this.#outside > 0) return;
      if (this.#waiters.length > 0) this.rest?.();
      this.#tellFailure();
      for (const { resolve } of this.#waiters.splice(0)) resolve();
      return;
    }
    this.#steps++;
    this.note(step.label);
    try {
      step.run();
      this.check?.();
    } catch (error) {
      this.fail(error);
    }
    this.#later(this.#turn);
  };

  #next(): Step | undefined {
    if (this.#ready.length === 0) return this.#nextTimer();
    const injected = this.inject?.(this.#steps);
    if (injected !== undefined) return injected;
    const chosen = this.random.below(this.#ready.length);
    const last = this.#ready.pop() as Step;
    if (chosen === this.#ready.length) return last;
    const step = this.#ready[chosen] as Step;
    this.#ready[chosen] = last;
    return step;
  }

  #nextTimer(): Step | undefined {
    if (this.#outside > 0) return undefined;
    const { time } = this;
    const next = time.nextAt;
    if (next > this.#limit) return undefined;
    time.goTo(next);
    const run = time.takeDue((count) => this.random.below(count));
    return run === undefined ? undefined : { label: 'timer', run };
  }

  /** When those who wait are told, even if frames are under way still. */
  get #restAt(): number {
    let rest = 0;
    for (const { until } of this.#waiters) rest = Math.max(rest, until);
    return rest + MAX_HOPS * this.#longestFlight;
  }

  /** How far time may go on by itself. */
  get #limit(): number {
    let limit = this.time.now();
    for (const { until } of this.#waiters) limit = Math.max(limit, until);
    let arrival = Infinity;
    for (const { at } of this.#arrivals) arrival = Math.min(arrival, at);
    const isOverdue = this.#waiters.length > 0 && arrival > this.#restAt;
    return arrival === Infinity || isOverdue ? limit : Math.max(limit, arrival);
  }

  #tellFailure(): void {
    if (this.#failure === undefined || this.#waiters.length === 0) return;
    const { error } = this.#failure;
    this.#failure = undefined;
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }
}
