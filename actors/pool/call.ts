import type { Batch } from './batch.ts';
import type { CallLimits } from './limits.ts';
import type { Freight } from './freight.ts';
import type { Failure, Yield } from './pool-handlers.ts';
import type { Executed } from '../../core/errors.ts';
import type { Line } from './line.ts';
import type { PoolRef } from './pool-actor.ts';
import type { TaskAddress } from '../task.ts';
import { Few } from '../../core/few.ts';
import { AskTimeoutError, NotSendableError, PoolError } from '../../core/errors.ts';
import { freightOf } from './freight.ts';

/** A pool as all its handles have it. */
export interface PoolHandle {
  /** Without a limit of time. */
  readonly ref: PoolRef;
  readonly title: string;
  readonly size: number;
  readonly line: Line;
  isClosed: boolean;
}

/** How the items of a call become arguments of its task. */
export interface CallKind {
  /** What is called, for texts: `map`. */
  readonly action: string;
  /** Whether each item is a list of arguments. */
  readonly spreads: boolean;
  /** Whether one error ends all of it. */
  readonly stopsAtError: boolean;
}

/** The reason of what ends because it is over. */
const OVER = 'over';

/** One call of a pool: has items done, again where that is wanted, as long as anybody waits for it. */
export class Call {
  readonly task: TaskAddress;
  readonly limits: CallLimits;
  readonly #pool: PoolHandle;
  readonly #kind: CallKind;
  #isPart = false;
  /** What it waits for. */
  readonly #batches = new Few<Batch>();
  /** Ends its own time. */
  #hold: AbortController | undefined;
  #forgetSignal: (() => void) | undefined;
  #end: { readonly error: unknown } | undefined;
  readonly #ended: (() => void) | undefined;

  /** @param ended Called when nobody waits for it any more. */
  constructor(pool: PoolHandle, task: TaskAddress, kind: CallKind, limits: CallLimits, ended?: () => void) {
    this.#pool = pool;
    this.task = task;
    this.limits = limits;
    this.#kind = kind;
    this.#ended = ended;
  }

  get isOver(): boolean { return this.#end !== undefined; }

  /** What it has ended with, if it has failed. */
  get error(): unknown { return this.#end?.error; }

  /**
   * Begins its time.
   *
   * @param isOpen Whether more may be asked of it than there is now: a pool that is closed waits for its end.
   * @param isPart Whether a pool that is closed does it all the same: it was asked to before.
   */
  begin(isOpen: boolean, isPart = isOpen): void {
    const { timeoutMs, signal } = this.limits;
    this.#isPart = isPart;
    if (signal !== undefined) this.#heed(signal);
    if (this.isOver || (!isOpen && timeoutMs === Infinity)) return;
    const hold = this.#hold = new AbortController();
    this.#pool.ref.with({ timeout: timeoutMs, signal: hold.signal }).ask.call().catch((error: unknown) => {
      if (!hold.signal.aborted) this.end(this.#named(error));
    });
  }

  /** What has begun goes on, but a pool that is closed doesn't wait for more. */
  release(): void {
    this.#hold?.abort(OVER);
  }

  /** Nobody waits for it any more. */
  end(error?: unknown): void {
    if (this.isOver) return;
    this.#end = { error };
    this.release();
    this.#forgetSignal?.();
    this.#batches.forEach((batch) => { this.#pool.ref.tell.cancel(batch, error ?? OVER); });
    this.#ended?.();
  }

  /** What it has running is ended at once when it ends. */
  kill(): void {
    this.#batches.forEach((batch) => { this.#pool.ref.tell.kill(batch); });
  }

  /** The results of these items, and which have failed. Rejects when all of it has failed. */
  async perform(items: readonly unknown[], retries = this.limits.retries): Promise<Yield> {
    const freight = freightOf(items, this.#kind.spreads);
    const tries = freight.buffers.length === 0 ? retries : 0;
    const batch = this.#batchOf(freight, tries);
    let done: Yield;
    if (this.isOver) throw this.error;
    this.#batches.add(batch);
    try {
      done = await this.#pool.ref.ask.do(batch);
    } catch (thrown) {
      if (this.isOver) throw this.error;
      const error = this.#named(thrown);
      if (error instanceof PoolError) throw error;
      if (items.length > 1 && isRefused(error)) return this.#halves(items, retries);
      if (tries > 0 && !isRefused(error)) return this.perform(items, tries - 1);
      return { ms: 0, results: items.map(() => undefined), failures: items.map((_, index) => ({ index, error: error as Error })) };
    } finally {
      this.#batches.delete(batch);
    }
    return tries > 0 && done.failures.length > 0 ? this.#again(items, done, tries - 1) : done;
  }

  #heed(signal: AbortSignal): void {
    const aborted = (): void => this.end(signal.reason);
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted);
    this.#forgetSignal = () => signal.removeEventListener('abort', aborted);
  }

  #batchOf({ items, buffers }: Freight, retries: number): Batch {
    const { spreads, stopsAtError } = this.#kind;
    const { taskMs } = this.limits;
    return {
      task: this.task, items, buffers, spreads, stopsAtError: stopsAtError && retries === 0, limitMs: taskMs * items.length, isPart: this.#isPart,
      assignment: undefined,
    };
  }

  /** One of them can't be sent, or all of them are too long together. */
  async #halves(items: readonly unknown[], retries: number): Promise<Yield> {
    const middle = items.length >> 1;
    const first = await this.perform(items.slice(0, middle), retries);
    const second = await this.perform(items.slice(middle), retries);
    return {
      ms: 0,
      results: [...first.results, ...second.results],
      failures: [...first.failures, ...second.failures.map(({ index, error }) => ({ index: index + middle, error }))],
    };
  }

  async #again(items: readonly unknown[], { results, failures, ms }: Yield, retries: number): Promise<Yield> {
    const left: Failure[] = [];
    await Promise.all(failures.map(async ({ index }) => {
      const { results: [result], failures: [failure] } = await this.perform([items[index]], retries);
      results[index] = result;
      if (failure !== undefined) left.push({ index, error: failure.error });
    }));
    return { ms, results, failures: left.toSorted((a, b) => a.index - b.index) };
  }

  /** The error as one about the task, not about what the pool is made of. */
  #named(error: unknown): unknown {
    const { name } = this.task;
    const { action } = this.#kind;
    if (error instanceof AskTimeoutError) {
      return new AskTimeoutError(name, action, error.timeoutMs, { where: 'unknown' });
    }
    if (error instanceof NotSendableError) return inTask(error, name);
    if ((error as { code?: unknown }).code !== 'TROUPE_ACTOR_STOPPED') return error;
    const { executed = 'maybe' } = error as { executed?: Executed };
    const { title, isClosed } = this.#pool;
    const code = isClosed && executed === 'no' ? 'TROUPE_POOL_CLOSED' : 'TROUPE_POOL_TERMINATED';
    return new PoolError(code, `Cannot ${action} "${name}": the pool "${title}" has ended`, executed, { cause: error });
  }
}

/** Whether it was never sent. */
function isRefused(error: unknown): boolean {
  const { code, executed } = error as { code?: unknown; executed?: unknown };
  return executed === 'no' && (code === 'TROUPE_NOT_SENDABLE' || code === 'TROUPE_FRAME_TOO_LARGE');
}

/** What can't be sent is part of the task's arguments, or of its result, whatever they were sent in. */
function inTask(error: NotSendableError, task: string): NotSendableError {
  const path = error.path
    .replace(/^argument 2 of '?pool:each(?:Async)?'?( → )?(?:\[\d+\])?/, `arguments of '${task}'$1`)
    .replace(/^result of '?pool:each(?:Async)?'?( → )?(?:\.results\[\d+\])?/, `result of '${task}'$1`);
  const what = error.message.slice(`Cannot send ${error.path}: it is `.length);
  return Object.assign(new NotSendableError(path, what, { cause: error.cause }), { executed: error.executed });
}
