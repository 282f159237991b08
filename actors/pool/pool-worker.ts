import type { ActorContext } from '../../core/context.ts';
import type { ActorRef, ApiOf } from '../../core/actor-ref.ts';
import type { RunnerHandlers } from '../task-runner.ts';
import type { TaskRunner } from '../task.ts';
import { actor } from '../../core/actor.ts';
import { ownMeta } from '../../core/own-meta.ts';

/** The actor that does the tasks of one `tasks()`, on the host of a worker. */
export type RunnerRef = ActorRef<ApiOf<RunnerHandlers>>;

/** What a pool starts a host for: runners are started beside it, and end with it. */
export const PoolWorker = actor(ownMeta(import.meta), {
  name: 'troupe.worker',
  title: 'worker',
  init: () => undefined,
  handlers: {
    runner(ctx: ActorContext<undefined>, definition: TaskRunner): Promise<RunnerRef> {
      const later = ctx.later<RunnerRef>();
      void ctx.spawn(definition).then((runner) => {
        // What makes a runner crash has happened behind a task's back: the host is as good as lost.
        ctx.link(runner);
        later.resolve(runner);
      }, (error: Error) => later.reject(error));
      return later.promise;
    },
  },
});
