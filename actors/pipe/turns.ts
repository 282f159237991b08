import type { WaitOptions } from '../../core/actor-ref.ts';

/** Calls that are done one after the other. The time of each counts from its beginning on, whoever is before it. */
export class Turns {
  readonly #patience: (wait: WaitOptions) => Promise<void>;
  /** Settles when the last one has, and all before it. */
  #last: Promise<void> | undefined;

  /** @param patience Never resolves; rejects when `timeout` or `signal` say so. */
  constructor(patience: (wait: WaitOptions) => Promise<void>) {
    this.#patience = patience;
  }

  /** Whether a call isn't done. */
  get isBusy(): boolean { return this.#last !== undefined; }

  /** Has `work` done behind all others, with what is left of the time. */
  take<T>(wait: WaitOptions, work: (wait: WaitOptions) => Promise<T>): Promise<T> {
    const before = this.#last;
    const call = before === undefined ? work(wait) : this.#behind(before, wait, work);
    const done = (): void => { if (this.#last === settled) this.#last = undefined; };
    // Who leaves early leaves those before him where they are.
    const settled: Promise<void> = before === undefined ? call.then(done, done) : Promise.allSettled([before, call]).then(done);
    this.#last = settled;
    return call;
  }

  async #behind<T>(before: Promise<void>, wait: WaitOptions, work: (wait: WaitOptions) => Promise<T>): Promise<T> {
    if (wait.timeout === Infinity && wait.signal == null) {
      await before;
      return work(wait);
    }
    const over = new AbortController();
    const signal = wait.signal == null ? over.signal : AbortSignal.any([wait.signal, over.signal]);
    const late = this.#patience({ timeout: wait.timeout, signal });
    late.catch((error: unknown) => over.abort(error));
    try {
      await Promise.race([before, late]);
      return await work({ timeout: Infinity, signal: over.signal });
    } finally {
      over.abort();
    }
  }
}
