import type { ActorContext } from '../core/context.ts';
import type { JobHandlers, JobState } from './job/job-handlers.ts';
import type { ModuleMeta } from '../core/definition.ts';
import type { PoolHandlers } from './pool/pool-handlers.ts';
import type { TaskRunner } from './task.ts';
import { ActorError, invalidOption } from '../core/errors.ts';
import { actor } from '../core/actor.ts';
import { jobHandlers, taskHandler } from './job/job-handlers.ts';
import { poolHandlers } from './pool/pool-handlers.ts';
import { refuseReservedName } from '../core/definition.ts';

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** What the actor behind `tasks()` is asked, beside the tasks themselves by their names: those are for jobs. */
export interface RunnerHandlers extends JobHandlers, PoolHandlers {}

/** The actor that runs these functions, wherever it is spawned. */
export function runnerOf(meta: ModuleMeta, functions: Functions): TaskRunner {
  const byName = new Map(Object.entries(functions));
  const own: RunnerHandlers = { ...jobHandlers, ...poolHandlers(byName) };
  const handlers: Record<string, (ctx: ActorContext<JobState>, ...args: never[]) => unknown> = { ...own };
  for (const [name, run] of byName) {
    refuseReservedName(name, 'a task');
    if (Object.hasOwn(own, name)) throw new ActorError('TROUPE_RESERVED_NAME', `Cannot name a task ${JSON.stringify(name)}: the name is reserved`);
    if (typeof run !== 'function') throw invalidOption(`task "${name}"`, run, 'a function');
    handlers[name] = taskHandler(run);
  }
  return actor(meta, {
    name: `tasks(${[...byName.keys()].join()})`,
    title: 'tasks',
    init: (): JobState => ({ job: undefined }),
    handlers,
  }) as unknown as TaskRunner;
}
