import type { JobRun } from './job-run.ts';
import type { Stream } from '../../core/actor-ref.ts';

/** What a job's task yields. Its end is the job's: what that rejects with, the reader gets as well; who leaves early stops the job. */
export class ResultStream<Y> implements Stream<Y> {
  readonly #run: JobRun;
  readonly #leave: () => void;
  #items: Promise<Stream<unknown>> | undefined;
  #hasLeft = false;

  constructor(run: JobRun, leave: () => void) {
    this.#run = run;
    this.#leave = leave;
  }

  [Symbol.asyncIterator](): this { return this; }

  async next(): Promise<IteratorResult<Y, void>> {
    if (this.#hasLeft) return { done: true, value: undefined };
    try {
      this.#items ??= this.#run.runner.then((runner) => runner.with({ timeout: Infinity }).ask['job:results']());
      const next = await (await this.#items).next();
      if (next.done !== true) return next as IteratorResult<Y, void>;
    } catch (error) {
      // Why it has broken off, the job knows better.
      await this.#run.result;
      throw error;
    }
    await this.#run.result;
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<Y, void>> {
    this.#hasLeft = true;
    this.#leave();
    return Promise.resolve({ done: true, value: undefined });
  }

  async toArray(): Promise<Y[]> {
    const items: Y[] = [];
    for await (const item of this) items.push(item);
    return items;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
