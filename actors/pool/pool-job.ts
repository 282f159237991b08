import type { Run } from './run.ts';

/** One task that a pool does: `await` gives its result. */
export class PoolJob<R> implements PromiseLike<R>, AsyncDisposable {
  readonly #run: Run<R>;

  /** Made by `run()` of a pool. */
  constructor(run: Run<R>) {
    this.#run = run;
  }

  // That it can be awaited is what it is for.
  // oxlint-disable-next-line unicorn/no-thenable
  then<A = R, B = never>(done?: ((value: R) => A | PromiseLike<A>) | null, failed?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    return this.#run.result.then(done, failed);
  }

  /**
   * Takes it back: it rejects with `reason` now. If it runs, `ctx.signal` is aborted there (`currentActor()?.signal`), and its worker is
   * ended if it goes on for another 500 ms.
   *
   * @param reason Default an `AbortError`.
   */
  cancel(reason: unknown = new DOMException('The task was cancelled', 'AbortError')): void {
    this.#run.cancel(reason);
  }

  /** As {@link cancel}, but if it runs, its worker is ended at once. */
  kill(reason?: unknown): void {
    this.#run.kill();
    this.cancel(reason);
  }

  /** Cancels it, if it isn't done. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
  }
}
