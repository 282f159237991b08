import type { Cancel, Clock } from '../core/clock.ts';
import type { Duration } from '../core/duration.ts';
import { nodeTurns } from '../runtime/node-ports.ts';
import { toMs } from '../core/duration.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/**
 * Time that stands still until it is advanced. For the actors of this thread: give it to `createSystem({ clock })`, and
 * `ctx.sleep`, timeouts and restart delays go by it.
 *
 * @example
 * const clock = new ManualClock();
 * await using system = createSystem({ clock });
 * const counter = await system.spawn(Counter, { input: { start: 0 } });
 * const slow = counter.with({ timeout: '2m' }).ask.slow(60_000);
 * await clock.advance('1m');
 * await slow;
 */
export class ManualClock implements Clock {
  readonly #wallStart: number;
  readonly #timers = new Set<Timer>();
  #now = 0;

  /** @param wallStart What `ctx.now()` says at the beginning, in milliseconds since 1970. */
  constructor(wallStart = 0) {
    this.#wallStart = wallStart;
  }

  now(): number { return this.#now; }

  wallNow(): number { return this.#wallStart + this.#now; }

  after(ms: number, run: () => void): Cancel {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => { this.#timers.delete(timer); };
  }

  /** How many timers wait. */
  get pending(): number { return this.#timers.size; }

  /**
   * Lets `by` pass: calls what is due, in the order of its time, and lets what follows from each happen before the next.
   */
  async advance(by: Duration): Promise<void> {
    const until = this.#now + toMs(by, 'the duration of advance');
    await settle();
    for (let next = this.#nextUntil(until); next !== undefined; next = this.#nextUntil(until)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = until;
    await settle();
  }

  #nextUntil(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (timer.at <= until && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  }
}

/** How many turns of the thread a step may take; far more than any does. */
const ROUNDS = 4;
const turns = nodeTurns();

/** Lets the actors of this thread have their turns, and their promises settle. */
async function settle(): Promise<void> {
  for (let i = 0; i < ROUNDS; i++) await new Promise<void>((resolve) => turns.later(resolve));
}
