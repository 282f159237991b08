import type { ActorContext, StartContext } from '../core/context.ts';
import type { ModuleMeta } from '../core/definition.ts';
import type { TaskRunner } from './task.ts';
import { actor } from '../core/actor.ts';
import { refuseReservedName } from '../core/definition.ts';
import { checkSendable } from '../core/check-sendable.ts';
import { invalidOption } from '../core/errors.ts';
import { toSendableError } from '../runtime/wire/sendable-error.ts';

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** What the actor behind `tasks()` is asked. */
export interface RunnerHandlers {
  /** Calls the task with this name. It rejects with what the task throws, and goes on. */
  call(ctx: ActorContext<undefined>, name: string, args: unknown[]): Promise<unknown>;
  /**
   * Calls the task with each of `items` in turn. What one of them throws is that item's own affair, and never rejects. One without items
   * is answered when all is over that came before it.
   */
  each(ctx: ActorContext<undefined>, name: string, items: unknown[], options: EachOptions): Promise<Yield>;
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

/** The actor that runs these functions, wherever it is spawned. */
export function runnerOf(meta: ModuleMeta, functions: Functions): TaskRunner {
  const byName = new Map(Object.entries(functions));
  for (const [name, run] of byName) {
    refuseReservedName(name, 'a task');
    if (typeof run !== 'function') throw invalidOption(`task "${name}"`, run, 'a function');
  }
  return actor(meta, {
    name: `tasks(${[...byName.keys()].join()})`,
    init: () => undefined,
    handlers: {
      async call(ctx: ActorContext<undefined>, name: string, args: unknown[]): Promise<unknown> {
        // Asynchronous to its end: the next task begins when this one is over. What it throws is its own affair, not a crash.
        const later = ctx.later<unknown>();
        try {
          later.resolve(await byName.get(name)?.(...args as never[]));
        } catch (error) {
          later.reject(toError(error));
        }
        return later.promise;
      },
      async each(ctx: ActorContext<undefined>, name: string, items: unknown[], options: EachOptions): Promise<Yield> {
        return callEach(name, byName.get(name) as Callable, items, options, ctx);
      },
    },
  });
}

type Callable = (...args: unknown[]) => unknown;

async function callEach(
  name: string, run: Callable, items: readonly unknown[], { spreads, stopsAtError }: EachOptions, ctx: StartContext,
): Promise<Yield> {
  const results: unknown[] = [];
  const failures: Failure[] = [];
  const startedAt = ctx.now();
  for (const [index, item] of items.entries()) {
    let result: unknown;
    try {
      result = spreads ? run(...item as unknown[]) : run(item);
      if (isThenable(result)) {
        result = await result;
        // Nobody waits for the others any more.
        if (ctx.signal.aborted) break;
      }
      checkResult(result, name);
    } catch (error) {
      failures.push({ index, error: toSendableError(error) });
      if (stopsAtError) break;
      result = undefined;
    }
    results.push(result);
  }
  return { results, failures, ms: ctx.now() - startedAt };
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

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
