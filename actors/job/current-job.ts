import { RunningJob } from './running-job.ts';
import { currentActor } from '../../runtime/current-actor.ts';

/** A job, as its own task sees it. */
export interface JobContext<M = unknown> {
  readonly name: string;
  /** Aborted when the job is to come to its end: it was stopped, or its starter is gone. */
  readonly signal: AbortSignal;
  /** What its starter sends: ends when that has closed it, stops the job, or is gone. */
  readonly messages: AsyncIterableIterator<M>;
  /**
   * Says how far it has come. The starter hears of it at once, but of no more than twenty a second, also of a task that computes without
   * ever waiting.
   *
   * @throws {TypeError} `done` or `total` is no number, `note` no text.
   */
  progress(done: number, total?: number, note?: string): void;
}

/**
 * The job whose task runs now, or has led to this code. Undefined everywhere else: a task stays a plain function that tests can call.
 *
 * @example
 * function sum(numbers: readonly number[]): number {
 *   let total = 0;
 *   for (const [i, n] of numbers.entries()) {
 *     total += n;
 *     currentJob()?.progress(i + 1, numbers.length);
 *   }
 *   return total;
 * }
 * sum([1, 2, 3]); // 6
 */
export function currentJob<M = unknown>(): JobContext<M> | undefined {
  const actor = currentActor();
  // Every handler's context has a state; that of a runner of tasks holds its job.
  const { state } = (actor ?? {}) as { readonly state?: { readonly job?: unknown } };
  return state?.job instanceof RunningJob ? state.job as unknown as JobContext<M> : undefined;
}
