import type { ActorSystem } from '../runtime/actor-system.ts';
import type { CallKind, PoolHandle } from './pool/call.ts';
import type { CallLimits, MapLimits, MapOptions, TaskOptions } from './pool/limits.ts';
import type { Duration } from '../core/duration.ts';
import type { HostOptions } from '../core/host-options.ts';
import type { Items } from './chunks.ts';
import type { PoolPlan } from './pool/dispatcher.ts';
import type { Stream, WaitOptions } from '../core/actor-ref.ts';
import type { TaskOf } from './task.ts';
import { availableParallelism } from 'node:os';
import { Call } from './pool/call.ts';
import { Chunks, checkItems, lengthOf } from './chunks.ts';
import { Line } from './pool/line.ts';
import { Mapping } from './pool/mapping.ts';
import { PoolActor } from './pool/pool-actor.ts';
import { PoolJob } from './pool/pool-job.ts';
import { Progress } from './pool/progress.ts';
import { Results } from './pool/results.ts';
import { addressOf } from './task.ts';
import { checkCount, checkMapOptions, checkTaskOptions } from './pool/limits.ts';
import { checkFields, checkLiteral } from '../core/options.ts';
import { Run } from './pool/run.ts';
import { checkWait } from '../core/within.ts';
import { invalidOption } from '../core/errors.ts';
import { currentActor } from '../runtime/current-actor.ts';
import { spawn } from '../runtime/actor-system.ts';
import { toPositiveMs } from '../core/duration.ts';

/** What workers do before anything else. */
export type PoolInit<A extends unknown[]> = TaskOf<[], unknown> | { readonly task: TaskOf<A, unknown>; readonly args: NoInfer<A> };

/** What a pool is made of. */
export interface PoolOptions<A extends unknown[] = unknown[]> extends HostOptions, WaitOptions {
  /** How many workers there are at most. Default: as many as the machine runs at once. */
  size?: number;
  /** What each worker is: a thread or a process of its own. Default `'thread'`. */
  host?: 'thread' | 'process';
  /** Done once by each new worker. One that fails in it is tried again, up to 3 times in a row, later and later. */
  init?: PoolInit<A>;
  /** After how many items a worker is ended; another one is started when there is more to do. Chunks aren't divided for it. Default no limit. */
  maxTasks?: number;
  /** After how long without work a worker is ended; another one is started when there is more to do. Default never. */
  idle?: Duration;
  /** For texts, and unique in its system. Default none. */
  name?: string;
  /** Whose actors its workers are. Default: those of the current actor, in a handler; else the default system. */
  system?: ActorSystem;
}

/** Whether everything was done in time. */
export interface PoolEnd {
  readonly status: 'ended' | 'timeout';
}

/**
 * Workers that do tasks, each one at a time. Made by {@link pool}. It may be used by whoever has it, on its own thread; what is asked in
 * a handler is cancelled when nobody waits for that handler any more.
 */
export class Pool implements AsyncDisposable {
  readonly #handle: PoolHandle;
  readonly #limits: CallLimits;

  /** Made by {@link pool}. */
  constructor(handle: PoolHandle, limits: CallLimits) {
    this.#handle = handle;
    this.#limits = limits;
  }

  /** How many workers there are at most. */
  get size(): number { return this.#handle.size; }

  /** The same pool with other limits for what it is asked. @throws {TypeError | RangeError} */
  with(options: TaskOptions): Pool {
    return new Pool(this.#handle, checkTaskOptions(options, this.#limits));
  }

  /**
   * Has a task done by the next worker that is free.
   *
   * @throws What the task throws (all as rejections of the job).
   * @throws {HostDownError} Its worker has ended; `executed` says whether it had begun.
   * @throws {ActorCrashedError} Something that the task has left behind has failed meanwhile.
   * @throws {AskTimeoutError} Not within `timeout`, or its `taskTimeout`.
   * @throws {NotSendableError | FrameTooLargeError | ProtocolError} An argument, or the result.
   * @throws {PoolError} `TROUPE_POOL_CLOSED`, `TROUPE_POOL_TERMINATED`, `TROUPE_POOL_FAILED`.
   * @throws {TypeError} (not as a rejection) `task` was not made by `tasks()`.
   * @example
   * await using workers = await pool({ size: 2 });
   * const primes = await workers.run(countPrimes, 0, 1_000); // 168
   */
  run<A extends unknown[], R>(task: TaskOf<A, R>, ...args: NoInfer<A>): PoolJob<Awaited<R>> {
    const address = addressOf(task);
    const { timeoutMs, signal } = this.#limits;
    // What has a limit of time is under way from now on. What an actor asks for ends with it, wherever it waits: so it waits with the pool.
    const line = timeoutMs === Infinity && signal === undefined && currentActor() === undefined ? this.#handle.line : undefined;
    return new PoolJob(new Run<Awaited<R>>(line, args, (hasWaited) => {
      const call = new Call(this.#handle, address, RUN, this.#limits, line && (() => { line.leave(); }));
      call.begin(false, hasWaited);
      return call;
    }));
  }

  /**
   * The results of a task for each item, in order. The first error ends it: what isn't done is cancelled then.
   *
   * @throws As {@link run}; what the input throws; what `onResult` throws.
   * @throws {TypeError | RangeError} (as rejections) An option isn't what it should be.
   */
  map<A, R>(task: TaskOf<[A], R>, items: Items<NoInfer<A>>, options?: MapOptions<Awaited<R>>): Promise<Awaited<R>[]> {
    return this.#all(task, items, false, options);
  }

  /** As {@link map}; each item is the list of the task's arguments. */
  starmap<A extends unknown[], R>(task: TaskOf<A, R>, items: Items<NoInfer<A>>, options?: MapOptions<Awaited<R>>): Promise<Awaited<R>[]> {
    return this.#all(task, items, true, options);
  }

  /**
   * As {@link map}, while it goes on: the input is pulled only as results are taken. An error is thrown in its place; who asks for more
   * gets what comes behind it.
   *
   * Read it to its end, leave its loop, or dispose of it: until then a pool that is closed waits for it, and so does the program.
   *
   * @throws {TypeError | RangeError} An option isn't what it should be.
   */
  imap<A, R>(task: TaskOf<[A], R>, items: Items<NoInfer<A>>, options?: MapOptions<Awaited<R>>): Stream<Awaited<R>> {
    return new Results(this.#mapping(task, items, { action: 'imap', spreads: false, stopsAtError: false }, true, options));
  }

  /** As {@link imap}, in the order in which the results come. */
  imapUnordered<A, R>(task: TaskOf<[A], R>, items: Items<NoInfer<A>>, options?: MapOptions<Awaited<R>>): Stream<Awaited<R>> {
    return new Results(this.#mapping(task, items, { action: 'imapUnordered', spreads: false, stopsAtError: false }, false, options));
  }

  /** It takes no new calls: what it was asked is done still, then it ends. */
  close(): void {
    this.#handle.isClosed = true;
    void this.#handle.ref.ask.close().catch(hasEnded);
  }

  /**
   * Resolves when it has been closed, all is done, and its workers have ended: `{ status: 'ended' }`. `{ status: 'timeout' }`: not
   * within `timeout`; it goes on.
   *
   * @param options.timeout Default no limit.
   * @throws {ActorError} (all as rejections) `TROUPE_POOL_OPEN`: it isn't closed.
   * @throws {TypeError | RangeError} An option isn't what it should be.
   * @throws What `signal` was aborted with.
   */
  async join(options: WaitOptions = {}): Promise<PoolEnd> {
    const { timeoutMs, signal } = checkWait(options, 'the options of join()', Infinity);
    try {
      await this.#handle.ref.with({ timeout: timeoutMs, signal }).ask.join();
    } catch (error) {
      if ((error as { code?: unknown }).code === 'TROUPE_ASK_TIMEOUT') return { status: 'timeout' };
      hasEnded(error);
    }
    await this.#handle.ref.closed;
    return { status: 'ended' };
  }

  /** Ends it now: everything that is pending rejects with `TROUPE_POOL_TERMINATED`. Resolves when its workers have ended. */
  async terminate(): Promise<void> {
    await this.#handle.ref.ask.terminate().catch(hasEnded);
    await this.#handle.ref.closed;
  }

  /** {@link terminate} */
  [Symbol.asyncDispose](): Promise<void> {
    return this.terminate();
  }

  #call(task: unknown, kind: CallKind, limits: CallLimits, ended?: () => void): Call {
    return new Call(this.#handle, addressOf(task), kind, limits, ended);
  }

  async #all<R>(task: unknown, items: Items<unknown>, spreads: boolean, options: MapOptions<R> | undefined): Promise<R[]> {
    const kind = { action: spreads ? 'starmap' : 'map', spreads, stopsAtError: true };
    const all: R[] = [];
    const mapping = this.#mapping(task, items, kind, false, options);
    try {
      for (let done = await mapping.next(); done !== undefined; done = await mapping.next()) {
        const { first, results, failures: [failure] } = done;
        if (failure !== undefined) throw failure.error;
        for (let i = 0; i < results.length; i++) all[first + i] = results[i] as R;
      }
      return all;
    } catch (error) {
      mapping.stop(error);
      throw error;
    }
  }

  #mapping(task: unknown, items: Items<unknown>, kind: CallKind, isOrdered: boolean, options: MapOptions<never> = {}): Mapping {
    const limits = checkMapOptions(options, this.#limits);
    const length = lengthOf(checkItems(items));
    const isWhole = kind.stopsAtError;
    const { chunk = isWhole ? this.#chunk(length, limits) : 1, window = this.size * (isWhole ? 64 : 4) } = limits;
    const call = this.#call(task, kind, limits, () => mapping.awake());
    const progress = limits.progress ? new Progress(call.task.name, length, process.stderr) : undefined;
    const mapping = new Mapping(call, new Chunks(items, chunk), { window, isOrdered }, limits.onResult, progress);
    call.begin(true);
    return mapping;
  }

  /** Many a chunk for each worker, so that none is left with much when the others are done. A limit for each task wants each alone. */
  #chunk(length: number | undefined, { taskMs }: MapLimits): number {
    return length === undefined || taskMs !== Infinity ? 1 : Math.max(1, Math.ceil(length / (this.size * 4)));
  }
}

const RUN: CallKind = { action: 'run', spreads: true, stopsAtError: true };

/** Rejects again, unless the pool has ended already. */
function hasEnded(error: unknown): void {
  if ((error as { code?: unknown }).code !== 'TROUPE_ACTOR_STOPPED') throw error;
}

/**
 * Starts workers, and resolves when all of them are ready. Called in a handler, the pool ends with that actor.
 *
 * @param options.timeout How long that may take. Default no limit, but each worker has 30 s.
 * @throws {PoolError} (all as rejections) `TROUPE_POOL_FAILED`: none can be started, or `init` has failed; `cause` says why.
 * @throws {AskTimeoutError} Not within `timeout`.
 * @throws {NameTakenError} Another actor has this `name`.
 * @throws {TypeError | RangeError} An option isn't what it should be.
 * @throws What `signal` was aborted with.
 * @example
 * await using workers = await pool({ size: 2, host: 'thread' });
 * const squares = await workers.map(square, [1, 2, 3]); // [1, 4, 9]
 * for await (const each of workers.imapUnordered(square, new Set([4, 5]))) squares.push(each);
 */
export async function pool<A extends unknown[]>(options: PoolOptions<A> = {}): Promise<Pool> {
  const { name, system, timeout, signal, ...rest } = checkFields(options, 'the options of pool()', OPTIONS) as PoolOptions<A>;
  const wait = checkWait({ timeout, signal }, 'the options of pool()', Infinity);
  const plan = checkPlan(rest, name ?? 'pool');
  const start = system?.spawn ?? spawn;
  const ref = await start(PoolActor, { input: plan, signal, ...name === undefined ? {} : { name } });
  try {
    await ref.with({ timeout: wait.timeoutMs, signal }).ask.ready();
  } catch (error) {
    await ref.ask.terminate();
    throw error;
  }
  const patient = ref.with({ timeout: Infinity });
  return new Pool({ ref: patient, title: plan.title, size: plan.size, line: new Line(patient), isClosed: false }, checkTaskOptions({}));
}

const OPTIONS: ReadonlySet<string> = new Set([
  'size', 'host', 'init', 'maxTasks', 'idle', 'name', 'system', 'timeout', 'signal', 'env', 'cwd', 'execArgv', 'memory',
]);
const START_MS = 30_000;

function checkPlan<A extends unknown[]>(options: PoolOptions<A>, title: string): PoolPlan {
  const { size = availableParallelism(), host = 'thread', init, maxTasks, idle, ...hostOptions } = options;
  return {
    title,
    size: checkCount(size, 'size', 1),
    host: checkLiteral(host, 'host', ['thread', 'process']),
    hostOptions,
    init: init === undefined ? undefined : checkInit(init),
    maxTasks: maxTasks === undefined ? Infinity : checkCount(maxTasks, 'maxTasks', 1),
    idleMs: idle === undefined ? Infinity : toPositiveMs(idle, 'idle'),
    startMs: START_MS,
  };
}

function checkInit(init: unknown): PoolPlan['init'] {
  if (typeof init === 'function') return { task: addressOf(init), args: [] };
  const { task, args } = checkFields(init, 'init of a pool', INIT);
  if (!Array.isArray(args)) throw invalidOption('init.args', args, 'a list of arguments');
  return { task: addressOf(task), args };
}

const INIT: ReadonlySet<string> = new Set(['task', 'args']);
