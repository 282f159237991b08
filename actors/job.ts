import type { ActorHandle, ActorRef, WaitOptions } from '../core/actor-ref.ts';
import type { ActorSystem } from '../runtime/actor-system.ts';
import type { Duration } from '../core/duration.ts';
import type { HostFor } from '../core/spawn-options.ts';
import type { HostOptions, OutputApi } from '../core/host-options.ts';
import type { IsAny } from '../core/sendable.ts';
import type { JobExit } from './job/job-run.ts';
import type { JobProgress } from './job/post-box.ts';
import type { Latest } from './job/latest.ts';
import type { Selectable } from './select.ts';
import type { Stream } from '../core/actor-ref.ts';
import type { TaskOf } from './task.ts';
import { GRACE_MS, JobRun } from './job/job-run.ts';
import { HOST_OPTIONS, checkHostOptions } from '../core/host-options.ts';
import { ResultStream } from './job/result-stream.ts';
import { actor } from '../core/actor.ts';
import { addressOf } from './task.ts';
import { checkFields, checkLiteral, checkSignal } from '../core/options.ts';
import { checkWait } from '../core/within.ts';
import { ClosedError, RefusedError, invalidOption } from '../core/errors.ts';
import { spawn } from '../runtime/actor-system.ts';
import { toMs, toPositiveMs } from '../core/duration.ts';

/** How a task is started. */
export interface StartOptions extends WaitOptions, Omit<HostOptions, 'output'> {
  /** A thread or a process of its own. Default `'thread'`. */
  host?: 'thread' | 'process';
  /** How long the job may take in all, the start of its host included: it is killed then. Default no limit. */
  timeout?: Duration | undefined;
  /** Stops the job, which rejects with the signal's `reason` then. */
  signal?: AbortSignal | undefined;
  /** For display alone: it need not be unique. Default: unique, below the actor that has started it: `shop/countPrimes-1`. */
  name?: string;
  /**
   * Whether the program may end while it runs, which ends it then. Default false: the program waits
   * for it; of a job that a daemon starts, true. Whoever waits for it keeps the program alive all the same.
   */
  daemon?: boolean;
  /** `'capture'`: what the host prints is `job.stdout` and `job.stderr`; else who is told of it. Default: the program's own streams. */
  output?: 'capture' | ActorRef<OutputApi>;
  /** Default: the system of `spawn`. */
  system?: Pick<ActorSystem, 'spawn'>;
}

/** What `join` has seen. */
export type Joined<R> = { readonly status: 'exited'; readonly exit: JobExit<R> } | { readonly status: 'timeout' };

/**
 * A task that runs on a host of its own: `await` gives its value, or rejects with what it threw. Made by {@link start}. Nobody has to
 * wait for it: when it fails then, that is a `log` event of the system, never an unhandled rejection.
 *
 * It ends with the actor that has started it. `await using` stops it at the end of the block.
 */
export class Job<R, Y = never> implements PromiseLike<R>, AsyncDisposable, Selectable {
  readonly #run: JobRun;
  readonly #keeper: Promise<Keeper>;
  readonly #results: ResultStream<Y>;
  #hasReader = false;

  /** Made by {@link start}. */
  constructor(run: JobRun, keeper: Promise<Keeper>) {
    this.#run = run;
    this.#keeper = keeper;
    this.#results = new ResultStream<Y>(run, () => { void this.stop(); });
  }

  get name(): string { return this.#run.name; }

  /** Of the process that it has; undefined before that has started, and for a thread. */
  get pid(): number | undefined { return this.#run.host?.kind === 'process' ? this.#run.host.pid : undefined; }

  /** Of the thread that it has; undefined before that has started, and for a process. */
  get threadId(): number | undefined { return this.#run.host?.kind === 'thread' ? this.#run.host.threadId : undefined; }

  /** How it has ended, once nothing of it is left on its host. Never rejects. */
  get exit(): Promise<JobExit<R>> { return this.#awaited(this.#run.exit as Promise<JobExit<R>>); }

  /** How far it has come, as its task says with `currentJob()?.progress()`: the latest, and one after the other. Ends with the job. */
  get progress(): Pick<Latest<JobProgress>, 'latest'> & AsyncIterable<JobProgress> { return this.#run.progress; }

  /** What its host prints, with `output: 'capture'`: pieces of text. About 1 MB waits for its reader, the rest is dropped. */
  get stdout(): AsyncIterable<string> { return this.#run.stdout; }
  get stderr(): AsyncIterable<string> { return this.#run.stderr; }

  /**
   * What a task yields that is a generator: at most 64 of them wait for whoever reads, then the task waits. Ends, or rejects, as the job does.
   * `break` stops the job. When the job is awaited and nobody has asked for them, results are dropped.
   */
  get results(): Stream<Y> {
    this.#hasReader = true;
    this.#run.isAwaited = true;
    this.#wait();
    return this.#results;
  }

  // That it can be awaited is what it is for.
  // oxlint-disable-next-line unicorn/no-thenable
  then<A = R, B = never>(done?: ((value: R) => A | PromiseLike<A>) | null, failed?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    if (!this.#hasReader) this.#run.ignoreResults();
    return this.#awaited(this.#run.result as Promise<R>).then(done, failed);
  }

  /**
   * Sends a message to its mailbox, which the task reads with `currentJob()?.messages`. Resolves when it is there; waits while 1,024
   * others are.
   *
   * @param options.timeout Default no limit.
   * @throws {NotSendableError | FrameTooLargeError} (all as rejections) The message can't be sent.
   * @throws {ClosedError} It was closed or stopped, or its task has left the loop over its messages.
   * @throws {AskTimeoutError} Not within `timeout`.
   * @throws {ActorStoppedError} The job has ended.
   */
  send(message: unknown, options: WaitOptions = {}): Promise<void> {
    return this.#run.post(async (runner) => {
      try {
        await runner.with({ timeout: Infinity, ...options }).ask['job:message'](message);
      } catch (error) {
        if (error instanceof RefusedError && error.code === 'closed') throw new ClosedError('send to a job', error.message, { cause: error });
        throw error;
      }
    });
  }

  /** No more messages come: the task's loop over them ends after those that are there. */
  close(): void {
    void this.#run.post((runner) => runner.tell['job:close']());
  }

  /**
   * Waits for its end, but no longer than `timeout`: says which of both it was.
   *
   * @param options.timeout Default no limit.
   * @throws {TypeError | RangeError} (as a rejection) An option isn't what it should be.
   * @throws What `signal` was aborted with.
   */
  async join(options: WaitOptions = {}): Promise<Joined<R>> {
    const { timeoutMs, signal } = checkWait(options, 'the options of join()', Infinity);
    this.#run.isAwaited = true;
    try {
      await (await this.#keeper).with({ timeout: timeoutMs, signal }).ask.ended();
    } catch (error) {
      signal?.throwIfAborted();
      if ((error as { code?: unknown }).code === 'TROUPE_ASK_TIMEOUT') return { status: 'timeout' };
      // Its keeper is about to end, or has never begun: so is the job.
    }
    return { status: 'exited', exit: await this.#run.exit as JobExit<R> };
  }

  /** For `select`: whether it has ended; with a `timeout`, as soon as it has. */
  async poll(options?: WaitOptions): Promise<boolean> {
    return options === undefined ? this.#run.isOver : (await this.join(options)).status === 'exited';
  }

  /**
   * Asks the task to come to its end: its signal is aborted, its messages end, a generator is closed. After `grace` it is killed. Resolves
   * when nothing of it is left; whoever waits for its value gets an {@link ActorStoppedError}.
   *
   * @param options.grace Default 1 s.
   */
  async stop(options: { grace?: Duration } = {}): Promise<void> {
    const { grace = GRACE_MS } = checkFields(options, 'the options of stop()', STOP_OPTIONS) as { grace?: Duration };
    this.#wait();
    await this.#run.stop(toMs(grace, 'grace'));
  }

  /** Ends it now, without cleanup. Resolves when nothing of it is left. */
  kill(): Promise<void> {
    this.#wait();
    return this.#run.kill();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  toString(): string { return `Job(${this.name})`; }

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }

  #awaited<T>(promise: Promise<T>): Promise<T> {
    this.#run.isAwaited = true;
    this.#wait();
    return promise;
  }

  /** Who waits keeps the program alive. */
  #wait(): void {
    void this.join().catch(() => undefined);
  }
}

/** What a generator's job is worth, and its results; for any other task there are none. */
type JobOf<R> = IsAny<R> extends true ? Job<R> : [R] extends [never] ? Job<never>
  : [R] extends [AsyncGenerator<infer Y, infer T> | Generator<infer Y, infer T>] ? Job<Awaited<T>, Y> : Job<Awaited<R>>;

type Keeper = ActorHandle<{ ended(): Promise<void> }>;

type Given<A extends unknown[]> = [] extends A
  ? [options?: HostFor<A, StartOptions> & { args?: NoInfer<A> }] : [options: HostFor<A, StartOptions> & { args: NoInfer<A> }];

const START_OPTIONS: ReadonlySet<string> = new Set(['args', 'host', 'timeout', 'signal', 'name', 'daemon', 'system', ...HOST_OPTIONS]);
const STOP_OPTIONS: ReadonlySet<string> = new Set(['grace']);

/**
 * Runs a task on a host of its own.
 *
 * The job rejects with the task's own error, or with what has become of it: {@link HostDownError} when its host died, by
 * `process.exit()` too; {@link AskTimeoutError} after `timeout`; {@link StartFailedError} when it could not begin;
 * {@link NotSendableError} when its arguments or its value can't be sent; {@link ActorStoppedError} when it was stopped or killed.
 *
 * @param options.args What the task is called with.
 * @throws {TypeError | RangeError} At once: `task` is no task, an option isn't what it should be.
 * @example
 * await using job = start(countPrimes, { args: [0, 1_000], host: 'thread' });
 * const primes = await job; // 168
 */
export function start<A extends unknown[], R>(task: TaskOf<A, R>, ...[options]: Given<A>): JobOf<R> {
  const address = addressOf(task);
  const fields = checkFields(options ?? {}, 'the options of start()', START_OPTIONS) as StartOptions & { args?: A };
  const { host = 'thread', args = [], timeout = Infinity, signal, name, daemon = false, system, output, ...rest } = fields;
  checkLiteral(host, 'host', ['thread', 'process']);
  if (!Array.isArray(args)) throw invalidOption('args', args, 'a list of arguments');
  if (name !== undefined && (typeof name !== 'string' || name === '')) throw invalidOption('name', name, 'a text that is not empty');
  if (typeof daemon !== 'boolean') throw invalidOption('daemon', daemon, 'true or false');
  const hostOptions: HostOptions = output === undefined || output === 'capture' ? rest : { ...rest, output };
  checkHostOptions(hostOptions, host);
  const run = new JobRun({
    task: address, args, host, hostOptions, isCaptured: output === 'capture', name, timeoutMs: toPositiveMs(timeout, 'timeout'), signal: checkSignal(signal),
  });
  const spawnKeeper = system?.spawn ?? spawn;
  const keeper = spawnKeeper(keeperOf(name ?? address.name), { input: run, daemon });
  keeper.catch((error: unknown) => run.failed(error));
  return new Job(run, keeper) as JobOf<R>;
}

/** The actor that a job ends with: a child of the one that has started it. */
function keeperOf(title: string) {
  return actor({
    name: title,
    // Asynchronous, so that what follows is its own doing, over all awaits.
    async init(run: JobRun, ctx) {
      run.begin(ctx);
      return run;
    },
    handlers: {
      ended(ctx): Promise<void> {
        const later = ctx.later<void>();
        void ctx.state.exit.then(() => later.resolve());
        return later.promise;
      },
    },
    stop: ({ state }) => state.stop(GRACE_MS),
  });
}
