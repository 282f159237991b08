import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Cancel, Clock, Random, Turns } from '../core/clock.ts';
import { Current } from '../core/current.ts';

/** The longest delay that a timer of Node takes; a longer wait looks again then. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Real time. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  after(ms, run): Cancel {
    const timer = setTimeout(run, Math.min(Math.ceil(ms), MAX_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export const nodeRandom: Random = {
  next: () => Math.random(),
  id: () => randomUUID(),
};

/** Real turns, outside of any async context of the user's: what runs in them belongs to many. */
export function nodeTurns(): Turns {
  // Before Node 24, `enterWith` in a handler changes this context for all; a fresh one per turn costs a fifth of an ask.
  const outside = AsyncLocalStorage.snapshot();
  const resolved = Promise.resolve();
  let breathedAt = performance.now();
  const later = (run: () => void): void => {
    setImmediate(() => {
      breathedAt = performance.now();
      outside(run);
    });
  };
  /** When the first input came that timers have waited for since; undefined when none has. */
  let inputSince: number | undefined;
  const inputDone = (): void => { inputSince = undefined; };
  return {
    soon(run) {
      // A chain of promises, each turn asking for the next, would never let timers and input have theirs.
      if (performance.now() - breathedAt > MAX_BREATH_MS) later(run);
      else void resolved.then(() => outside(run));
    },
    now(run) {
      // A port hands over up to 1,000 messages in a row, also those that come meanwhile.
      if (inputSince === undefined) {
        inputSince = performance.now();
        setImmediate(inputDone);
      } else if (performance.now() - inputSince > MAX_BREATH_MS) {
        later(run);
        return;
      }
      run();
    },
    later,
    outside,
  };
}

/** How long turns may follow each other without timers and input having theirs. */
const MAX_BREATH_MS = 5;

const CURRENT = Symbol.for('troupe.current');

/** Which invocation runs in this thread: one for all systems and all copies of the library in it. */
export function threadCurrent(): Current {
  const global = globalThis as { [CURRENT]?: Current };
  return global[CURRENT] ??= new Current(new AsyncLocalStorage());
}

/** Keeps the program alive while it is held. */
export class ProgramHold {
  #timer: NodeJS.Timeout | undefined;

  set(isHeld: boolean): void {
    if (isHeld) {
      this.#timer ??= setInterval(() => {}, MAX_TIMER_MS);
      this.#timer.ref();
    } else {
      this.#timer?.unref();
    }
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
