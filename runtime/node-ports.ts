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
  const inCleanContext = AsyncLocalStorage.snapshot();
  const resolved = Promise.resolve();
  return {
    soon(run) { void resolved.then(() => inCleanContext(run)); },
    later(run) { setImmediate(() => inCleanContext(run)); },
    outside: (run) => inCleanContext(run),
  };
}

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
