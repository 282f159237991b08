import type { ActorDefinition } from '../core/actor.ts';
import type { CheckTasks } from '../core/sendable.ts';
import type { ModuleMeta } from '../core/definition.ts';
import type { RunnerHandlers } from './task-runner.ts';
import { invalidOption } from '../core/errors.ts';
import { runnerOf } from './task-runner.ts';

declare const mark: unique symbol;
type Mark = 'a closure cannot leave its thread: make it with tasks(import.meta, { ... })';

/** A plain function that other hosts can find: called by its name, it is that function. Made by {@link tasks}. */
export type Task<F> = F & { readonly [mark]: Mark };

/** A task as `start` and pools take it, with its arguments and its result. */
export type TaskOf<A extends unknown[], R> = ((...args: A) => R) & { readonly [mark]: Mark };

/** Where the functions of one `tasks()` are run: an actor that does what it is asked to, one function at a time. */
export type TaskRunner = ActorDefinition<undefined, RunnerHandlers, 'anywhere'>;

/** What other hosts find a task by. */
export interface TaskAddress {
  readonly runner: TaskRunner;
  readonly name: string;
  /** Whether it is written as an async function. */
  readonly isAsync: boolean;
}

// Any function, so that its own types come through.
type Functions = Record<string, (...args: any[]) => unknown>;

/**
 * Makes functions into tasks: what `start` runs on a host of its own, and a pool on one of its workers. Call it at the top level
 * of a module; other hosts find them by the module's URL and their names, so they must not depend on variables of a function
 * around them. Called directly they are what they were.
 *
 * @returns The same functions.
 * @throws {TypeError} `meta` is no `import.meta`; one of them is no function, or a task already.
 * @throws {ActorError} `TROUPE_RESERVED_NAME`; `TROUPE_DUPLICATE_DEFINITION`: the module has made tasks of these names before.
 */
export function tasks<T extends Functions>(meta: ModuleMeta, functions: T & CheckTasks<T>): { readonly [K in keyof T]: Task<T[K]> } {
  const runner = runnerOf(meta, functions);
  for (const [name, run] of Object.entries<object>(functions)) {
    if (ADDRESS in run) throw invalidOption(`task "${name}"`, run, 'a function that is no task yet');
    Object.defineProperty(run, ADDRESS, { value: { runner, name, isAsync: run.constructor.name === 'AsyncFunction' } satisfies TaskAddress });
  }
  return functions as never;
}

const ADDRESS = Symbol.for('troupe.task');

/** @throws {TypeError} `task` wasn't made by `tasks()`. */
export function addressOf(task: unknown): TaskAddress {
  const address = typeof task === 'function' ? (task as { [ADDRESS]?: TaskAddress })[ADDRESS] : undefined;
  if (address !== undefined) return address;
  throw invalidOption('the task', task, 'a function that tasks(import.meta, { ... }) has returned');
}
