import type { Clock, Turns } from '../core/clock.ts';
import { Fifo } from '../core/fifo.ts';

/** Something with messages to handle. */
export interface Runnable {
  readonly path: string;
  /** Whether it stands in the run queue; the scheduler's own. */
  isScheduled: boolean;
  /** Handles up to `limit` messages. True when it could go on at once. */
  runSlice(limit: number): boolean;
}

/** Whose turn it is, as a port: in simulations, chance says. */
export interface Schedule {
  /** When this turn began, on the clock. */
  readonly turnStartedAt: number;
  schedule(runnable: Runnable): void;
  /** Has a turn come soon, if only for what comes after it. */
  arm(): void;
  /** Runs `body`, input from outside, and the turn that it asks for right after it. */
  runInput(body: () => void): void;
}

const SLICE_MESSAGES = 300;
const TURN_MS = 2;

/**
 * Whose turn it is. One queue of actors per thread, not of messages: each gets a slice, in order, and a turn
 * ends when the queue is empty or its time is up, so that timers and input get theirs.
 */
export class Scheduler implements Schedule {
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #afterTurn: () => void;
  readonly #queue = new Fifo<Runnable>();
  #isArmed = false;
  #isInTurn = false;
  /** Whether a turn was asked for since `runInput` began. */
  #isWanted = false;
  #turnStartedAt: number;

  /** @param afterTurn Sends what the turn produced. */
  constructor(clock: Clock, turns: Turns, afterTurn: () => void) {
    this.#clock = clock;
    this.#turns = turns;
    this.#afterTurn = afterTurn;
    this.#turnStartedAt = clock.now();
  }

  get turnStartedAt(): number { return this.#turnStartedAt; }

  schedule(runnable: Runnable): void {
    if (runnable.isScheduled) return;
    runnable.isScheduled = true;
    this.#queue.push(runnable);
    this.arm();
  }

  arm(): void {
    this.#isWanted = true;
    if (this.#isArmed) return;
    this.#isArmed = true;
    this.#turns.soon(this.#turn);
  }

  /** There is no code of the user's below it: no need of the way over the thread's queue. */
  runInput(body: () => void): void {
    if (this.#isArmed || this.#isInTurn) {
      body();
      return;
    }
    this.#isArmed = true;
    this.#isWanted = false;
    try {
      body();
    } finally {
      if (this.#isWanted) this.#turns.now(this.#turn);
      else this.#isArmed = false;
    }
  }

  readonly #turn = (): void => {
    this.#isInTurn = true;
    try {
      this.#runQueue();
      this.#afterTurn();
    } finally {
      this.#isInTurn = false;
      this.#isArmed = this.#queue.size > 0;
      if (this.#isArmed) this.#turns.later(this.#turn);
    }
  };

  #runQueue(): void {
    const startedAt = this.#turnStartedAt = this.#clock.now();
    for (let now = startedAt; now - startedAt < TURN_MS; now = this.#clock.now()) {
      const runnable = this.#queue.shift();
      if (runnable === undefined) return;
      runnable.isScheduled = false;
      if (runnable.runSlice(SLICE_MESSAGES)) this.schedule(runnable);
    }
  }
}
