import type { ActorHandle, ApiOf, WaitOptions } from '../core/actor-ref.ts';
import type { HostOptions } from '../core/host-options.ts';
import type { RunnerHandlers } from './task-runner.ts';
import type { TaskOf } from './task.ts';
import { addressOf } from './task.ts';
import { spawn } from '../runtime/actor-system.ts';

/** How a task is started. */
export interface StartOptions extends WaitOptions, HostOptions {
  /** A thread or a process of its own. Default `'thread'`. */
  host?: 'thread' | 'process';
}

type Runner = ActorHandle<ApiOf<RunnerHandlers>>;

/** A task that runs on a host of its own: `await` gives its result. */
export class Job<R> implements PromiseLike<R>, AsyncDisposable {
  readonly #runner: Promise<Runner>;
  readonly #result: Promise<R>;

  /** Made by {@link start}. */
  constructor(runner: Promise<Runner>, result: Promise<R>) {
    this.#runner = runner;
    this.#result = result;
    // Nobody has to wait for a job.
    result.catch(() => undefined);
  }

  // That it can be awaited is what it is for.
  // oxlint-disable-next-line unicorn/no-thenable
  then<A = R, B = never>(done?: ((value: R) => A | PromiseLike<A>) | null, failed?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    return this.#result.then(done, failed);
  }

  /** Ends it now, without cleanup. */
  async kill(): Promise<void> {
    (await this.#runner).kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

type Given<A extends unknown[]> = [] extends A
  ? [options?: StartOptions & { args?: NoInfer<A> }] : [options: StartOptions & { args: NoInfer<A> }];

/**
 * Runs a task on a host of its own.
 *
 * @example
 * await using job = start(countPrimes, { args: [0, 1_000], host: 'thread' });
 * const primes = await job; // 168
 */
export function start<A extends unknown[], R>(task: TaskOf<A, R>, ...[options]: Given<A>): Job<Awaited<R>> {
  const { runner, name } = addressOf(task);
  const { host = 'thread', timeout = Infinity, signal, args = [], ...rest } = options ?? {};
  const spawned = spawn(runner, { host, signal, ...rest }) as Promise<Runner>;
  return new Job(spawned, callOnce(spawned, name, args, { timeout, signal }) as Promise<Awaited<R>>);
}

async function callOnce(spawned: Promise<Runner>, name: string, args: readonly unknown[], wait: WaitOptions): Promise<unknown> {
  const runner = await spawned;
  try {
    return await runner.with(wait).ask.call(name, [...args]);
  } finally {
    await runner.stop();
  }
}
