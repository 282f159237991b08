import type { Cancel, Clock } from '../core/clock.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Time that stands still, and the timers that wait for it to go on. */
export class VirtualTime implements Clock {
  readonly #wallStart: number;
  readonly #timers = new Set<Timer>();
  #now = 0;

  /** @param wallStart What the time of day is at the beginning, in milliseconds since 1970. */
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

  /** When the next timer is due; `Infinity` when none waits. */
  get nextAt(): number {
    let next = Infinity;
    for (const { at } of this.#timers) next = Math.min(next, at);
    return next;
  }

  /** Goes on to `time`, if that is later. Calls nobody: see {@link takeDue}. */
  goTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  /**
   * Takes out a timer that is due, if one is: of those that were due first, the one that `choose` picks; without it, the one
   * that was set first. It is up to the caller to run it.
   */
  takeDue(choose?: (count: number) => number): (() => void) | undefined {
    const first = this.nextAt;
    if (first > this.#now) return undefined;
    const due: Timer[] = [];
    for (const timer of this.#timers) if (timer.at === first) due.push(timer);
    const timer = due[choose === undefined || due.length === 1 ? 0 : choose(due.length)] as Timer;
    this.#timers.delete(timer);
    return timer.run;
  }
}
