import type { WaitOptions } from '../../core/actor-ref.ts';
import { AskTimeoutError, invalidOption } from '../../core/errors.ts';
import { ProgramHold, nodeClock } from '../node-ports.ts';
import { THREAD } from '../hosts/this-host.ts';
import { checkWait } from '../../core/within.ts';
import { endedThreads } from './ended-threads.ts';

/** How long this thread stands still for another one that is in there: it has no `await` to make, so it is soon done. */
const STILL_MS = 1;
const MAX_PAUSE_MS = 16;
const FREE = 0;

/**
 * One thread at a time, by a word in shared memory: 0, or the number of the thread that is in there, plus 1. What runs in there is
 * synchronous. A thread that ends in there is noticed, and the next one told.
 */
export class SharedLock {
  static readonly BYTES = 4;
  readonly #word: Int32Array;
  readonly #name: string;
  readonly #me = THREAD + 1;

  constructor(memory: SharedArrayBuffer, name: string) {
    this.#word = new Int32Array(memory, 0, 1);
    this.#name = name;
  }

  /** Runs `work` once nobody else is in there; it is told whether the last one has ended in there. */
  async run<R>(work: (wasAbandoned: boolean) => R, options: WaitOptions): Promise<R> {
    const { timeoutMs, signal } = checkWait(options, 'the options of withLock()', Infinity);
    signal?.throwIfAborted();
    const wasAbandoned = !this.#enters(FREE) && await this.#wait(timeoutMs, signal);
    try {
      const result = work(wasAbandoned);
      if (typeof (result as { then?: unknown } | undefined)?.then !== 'function') return result;
      throw invalidOption('the function of withLock()', work, 'one that has done its work when it returns: around an await, use mutex()');
    } finally {
      Atomics.store(this.#word, 0, FREE);
      Atomics.notify(this.#word, 0, 1);
    }
  }

  #enters(from: number): boolean {
    return Atomics.compareExchange(this.#word, 0, from, this.#me) === from;
  }

  /** Resolves when it is this thread's, and says whether it was taken from one that has ended. */
  async #wait(timeoutMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    const hold = new ProgramHold();
    hold.set(true);
    try {
      const since = nodeClock.now();
      for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
        const holder = Atomics.load(this.#word, 0);
        if (holder !== FREE && holder !== this.#me) Atomics.wait(this.#word, 0, holder, STILL_MS);
        if (this.#enters(FREE)) return false;
        if (endedThreads().has(holder - 1) && this.#enters(holder)) return true;
        const left = since + timeoutMs - nodeClock.now();
        if (left <= 0) throw new AskTimeoutError(this.#name, 'lock', timeoutMs, { where: 'lock' });
        await new Promise<void>((resolve) => { nodeClock.after(Math.min(pauseMs, left), resolve); });
        signal?.throwIfAborted();
      }
    } finally {
      hold.end();
    }
  }
}
