import type { ActorContext } from '../core/context.ts';
import type { ModuleMeta } from '../core/definition.ts';
import type { TaskRunner } from './task.ts';
import { actor } from '../core/actor.ts';
import { refuseReservedName } from '../core/definition.ts';
import { invalidOption } from '../core/errors.ts';

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** What the actor behind `tasks()` is asked. */
export interface RunnerHandlers {
  /** Calls the task with this name. It rejects with what the task throws, and goes on. */
  call(ctx: ActorContext<undefined>, name: string, args: unknown[]): Promise<unknown>;
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
          later.reject(error instanceof Error ? error : new Error(String(error)));
        }
        return later.promise;
      },
    },
  });
}
