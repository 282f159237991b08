import type { ActorContext } from '../../core/context.ts';
import type { ActorDefinition } from '../../core/actor.ts';
import type { ActorRef } from '../../core/actor-ref.ts';
import type { LogicRun } from './logic-run.ts';
import { actor } from '../../core/actor.ts';

/** What a child's actor is told. */
interface ChildHandlers {
  next(ctx: ActorContext<LogicRun>, type?: string): void;
}

/** An actor for a logic that a machine has invoked or spawned by this id. It never leaves its machine's thread. */
export function childLogic(id: string): ActorDefinition<LogicRun, ChildHandlers, 'local'> {
  const definition = actor({
    title: id.replaceAll('/', '-') || 'child',
    // Asynchronous, so that whatever the logic begins here is this actor's, behind every `await`.
    async init(run: LogicRun, ctx): Promise<LogicRun> {
      const { tell } = ctx.self.as(definition) as ActorRef<{ next(type: string): void }>;
      const wake = (type: string): void => { tell.next(type); };
      run.beginAsChild({ life: ctx, wake, settled: (current) => { if (run.isOver) current.stop(); } });
      return run;
    },
    handlers: { next(ctx, _type?: string) { ctx.state.next(ctx); } },
    signals: { down: ({ state }, { ref, reason }) => state.childEnded(ref, reason) },
    stop: ({ state }) => state.end(),
  }) as ActorDefinition<LogicRun, ChildHandlers, 'local'>;
  return definition;
}
