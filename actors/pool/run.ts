import type { Call } from './call.ts';
import type { Line, Waiting } from './line.ts';

/** One task that a pool does, from the time on that it was asked to: perhaps it waits before its call begins. */
export class Run<R> implements Waiting {
  readonly result: Promise<R>;
  readonly #args: unknown[];
  readonly #begin: (hasWaited: boolean) => Call;
  #call: Call | undefined;
  #settle: { resolve(result: R | PromiseLike<R>): void; reject(error: unknown): void } | undefined;
  #hasLeft = false;

  /**
   * @param line Where it waits; undefined if it doesn't.
   * @param begin Makes its call.
   */
  constructor(line: Line | undefined, args: unknown[], begin: (hasWaited: boolean) => Call) {
    this.#args = args;
    this.#begin = begin;
    if (line === undefined || line.enter()) {
      this.result = this.#perform(false);
    } else {
      this.result = new Promise<R>((resolve, reject) => { this.#settle = { resolve, reject }; });
      line.add(this);
    }
    // Nobody has to wait for it.
    this.result.catch(() => undefined);
  }

  get hasLeft(): boolean { return this.#hasLeft; }

  go(): void {
    this.#settle?.resolve(this.#perform(true));
  }

  /** Nobody waits for it any more. */
  cancel(reason: unknown): void {
    if (this.#call !== undefined) {
      this.#call.end(reason);
      return;
    }
    this.#hasLeft = true;
    this.#settle?.reject(reason);
  }

  /** What it has running is ended at once when it is cancelled. */
  kill(): void {
    this.#call?.kill();
  }

  async #perform(hasWaited: boolean): Promise<R> {
    const call = this.#call = this.#begin(hasWaited);
    try {
      const { results: [result], failures: [failure] } = await call.perform([this.#args]);
      if (failure !== undefined) throw failure.error;
      return result as R;
    } finally {
      call.end();
    }
  }
}
