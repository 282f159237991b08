import type { ActorContext, StartContext } from '../../core/context.ts';
import { checkSendable, isPrimitive } from '../../core/check-sendable.ts';
import { transfer, transferOf } from '../../core/transfer.ts';
import { toSendableError } from '../../runtime/wire/sendable-error.ts';

/** What the runner of tasks is asked by pools. */
export interface PoolHandlers {
  /**
   * Calls the task with each of `items` in turn. What one of them throws is that item's own affair, and never rejects. One without items
   * is answered when all is over that came before it.
   */
  'pool:each'(ctx: ActorContext<unknown>, name: string, items: unknown[], options: EachOptions): Yield | Promise<Yield>;
  /** The same for a task that is an async function: `currentActor()` is known behind each `await` of it. */
  'pool:eachAsync'(ctx: ActorContext<unknown>, name: string, items: unknown[], options: EachOptions): Promise<Yield>;
}

/** How a task is called with many items. */
export interface EachOptions {
  /** Whether each item is a list of arguments. */
  readonly spreads: boolean;
  /** Whether nothing more begins once one has failed. */
  readonly stopsAtError: boolean;
}

/** What has come of many items. */
export interface Yield {
  /** By item; undefined for one that has failed. */
  readonly results: unknown[];
  /** In the order of their items. */
  readonly failures: readonly Failure[];
  /** How long it has taken, in milliseconds. */
  readonly ms: number;
}

/** One item for which the task has thrown. */
export interface Failure {
  readonly index: number;
  readonly error: Error;
}

type Callable = (...args: unknown[]) => unknown;

/** @param byName The tasks. */
export function poolHandlers(byName: ReadonlyMap<string, (...args: never[]) => unknown>): PoolHandlers {
  /** How long the work has taken whose results perhaps wait here for the end of a turn. */
  let unsentMs = 0;
  const all: PoolHandlers['pool:each'] = (ctx, name, items, options) => {
    // While this is done, whoever gets those results sends more work.
    if (unsentMs >= SEND_MS) {
      ctx.flush();
      unsentMs = 0;
    }
    return new Round(name, byName.get(name) as Callable, items, options, ctx, (ms) => { unsentMs += ms; }).all();
  };
  return { 'pool:each': all, 'pool:eachAsync': async (...args) => all(...args) };
}

/** Results of that much work, in milliseconds, don't wait for more. */
const SEND_MS = 4;

/** Many items on their way through a task. */
class Round {
  readonly #name: string;
  readonly #run: Callable;
  readonly #items: readonly unknown[];
  readonly #options: EachOptions;
  readonly #ctx: StartContext;
  readonly #startedAt: number;
  readonly #results: unknown[] = [];
  readonly #failures: Failure[] = [];
  /** Those of the results' buffers that move with them. */
  #buffers: Set<ArrayBuffer> | undefined;
  #isOver = false;
  readonly #took: (ms: number) => void;

  constructor(name: string, run: Callable, items: readonly unknown[], options: EachOptions, ctx: StartContext, took: (ms: number) => void) {
    this.#name = name;
    this.#run = run;
    this.#items = items;
    this.#options = options;
    this.#ctx = ctx;
    this.#took = took;
    this.#startedAt = ctx.now();
  }

  /** What has come of them; a promise only where a task has returned one, so that short ones don't wait for each other's turns. */
  all(): Yield | Promise<Yield> {
    const pending = this.#goOn();
    return pending === undefined ? this.#end() : this.#finish(pending);
  }

  #end(): Yield {
    const ms = this.#ctx.now() - this.#startedAt;
    this.#took(ms);
    const all: Yield = { results: this.#results, failures: this.#failures, ms };
    return this.#buffers === undefined ? all : transfer(all, [...this.#buffers]);
  }

  /** To the end, or to the first task that returns a promise: that one. */
  #goOn(): PromiseLike<unknown> | undefined {
    while (this.#results.length < this.#items.length && !this.#isOver) {
      const item = this.#items[this.#results.length];
      try {
        const result = this.#options.spreads ? this.#run(...item as unknown[]) : this.#run(item);
        if (isThenable(result)) return result;
        this.#settled(result);
      } catch (error) {
        this.#failed(error);
      }
    }
    return undefined;
  }

  async #finish(first: PromiseLike<unknown>): Promise<Yield> {
    for (let pending: PromiseLike<unknown> | undefined = first; pending !== undefined; pending = this.#goOn()) {
      try {
        this.#settled(await pending);
      } catch (error) {
        this.#failed(error);
      }
      // Nobody waits for the others any more.
      if (this.#ctx.signal.aborted) break;
    }
    return this.#end();
  }

  #settled(result: unknown): void {
    if (!isPrimitive(result)) result = this.#unwrapped(result);
    this.#results.push(result);
  }

  /** What isn't a value that any message may hold. @throws {NotSendableError} */
  #unwrapped(result: unknown): unknown {
    const wrapped = transferOf(result);
    const value = wrapped === undefined ? result : wrapped.value;
    checkResult(value, this.#name);
    if (wrapped !== undefined) this.#buffers = new Set([...this.#buffers ?? [], ...wrapped.buffers]);
    return value;
  }

  #failed(error: unknown): void {
    this.#failures.push({ index: this.#results.length, error: toSendableError(error) });
    this.#results.push(undefined);
    this.#isOver = this.#options.stopsAtError;
  }
}

/** One that can't be sent must not take the others along. */
function checkResult(result: unknown, name: string): void {
  try {
    // Whether shared memory can, depends on where it goes.
    checkSendable(result, `result of '${name}'`, () => undefined);
  } catch (error) {
    throw Object.assign(error as Error, { executed: 'maybe' });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
