import type { Cancel, Clock } from '../core/clock.ts';
import type { Duration } from '../core/duration.ts';
import { VirtualTime } from './virtual-time.ts';
import { nodeTurns } from '../runtime/node-ports.ts';
import { toMs } from '../core/duration.ts';

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
  readonly #time: VirtualTime;

  /** @param wallStart What `ctx.now()` says at the beginning, in milliseconds since 1970. */
  constructor(wallStart = 0) {
    this.#time = new VirtualTime(wallStart);
  }

  now(): number { return this.#time.now(); }

  wallNow(): number { return this.#time.wallNow(); }

  after(ms: number, run: () => void): Cancel { return this.#time.after(ms, run); }

  /** How many timers wait. */
  get pending(): number { return this.#time.pending; }

  /**
   * Lets `by` pass: calls what is due, in the order of its time, and lets what follows from each happen before the next.
   */
  async advance(by: Duration): Promise<void> {
    const until = this.#time.now() + toMs(by, 'the duration of advance');
    await settle();
    for (let next = this.#time.nextAt; next <= until; next = this.#time.nextAt) {
      this.#time.goTo(next);
      this.#time.takeDue()?.();
      await settle();
    }
    this.#time.goTo(until);
    await settle();
  }
}

/** How many turns of the thread a step may take; far more than any does. */
const ROUNDS = 4;
const turns = nodeTurns();

/** Lets the actors of this thread have their turns, and their promises settle. */
async function settle(): Promise<void> {
  for (let i = 0; i < ROUNDS; i++) await new Promise<void>((resolve) => turns.later(resolve));
}
