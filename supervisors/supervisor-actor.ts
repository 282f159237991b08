import type { ActorContext, InitContext } from '../core/context.ts';
import type { ActorRef, RefOf } from '../core/actor-ref.ts';
import type { ChildCounts, ChildInfo, ChildSpecInfo } from './child-info.ts';
import type { ChildEntry, SupervisorInput } from './supervisor.ts';
import type { ChildPlan } from './plan.ts';
import type { Exit } from '../core/signal.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { SupervisorContext } from '../core/child-slots.ts';
import { Definition } from '../core/definition.ts';
import { Supervisor } from './supervisor.ts';
import { actor } from '../core/actor.ts';

type Context = ActorContext<Supervisor>;
type StartedRef = ActorRef<object> | undefined;

/** What a root is called that has no name of its own: `app-1`. */
export const ROOT_TITLE = 'app';

/**
 * A supervisor is an ordinary actor that traps exits. This one takes its plan as it is, with whatever its children's inputs
 * hold: it lives where its parent lives.
 */
export const LocalSupervisor = actor({
  name: ROOT_TITLE,
  async init(input: SupervisorInput, startCtx: InitContext): Promise<Supervisor> {
    // The runtime gives every `init` all of it.
    const ctx = startCtx as unknown as SupervisorContext;
    ctx.trapExit(true);
    const supervisor = new Supervisor(ctx, input);
    await supervisor.start();
    return supervisor;
  },
  handlers: {
    entries: ({ state }: Context): readonly ChildEntry[] => state.entries,
    startChild: (ctx: Context, key: string, plan: ChildPlan): Promise<StartedRef> => later(ctx, ctx.state.startChild(key, plan)),
    startOne: (ctx: Context, input: unknown, name?: string): Promise<StartedRef> => later(ctx, ctx.state.startOne(input, name)),
    terminateChild: (ctx: Context, key: string): Promise<void> => later(ctx, ctx.state.terminateChild(key)),
    terminateOne: (ctx: Context, ref: ActorRef<object>): Promise<void> => later(ctx, ctx.state.terminateOne(ref)),
    restartChild: (ctx: Context, key: string): Promise<StartedRef> => later(ctx, ctx.state.restartChild(key)),
    deleteChild: (ctx: Context, key: string): Promise<void> => later(ctx, settled(() => ctx.state.deleteChild(key))),
    childSpec: (ctx: Context, key: string): Promise<ChildSpecInfo> => later(ctx, settled(() => ctx.state.childSpec(key))),
    whichChildren: ({ state }: Context): readonly ChildInfo[] => state.whichChildren(),
    countChildren: ({ state }: Context): ChildCounts => state.countChildren(),
  },
  signals: {
    exit: ({ state }: Context, exit: Exit): void => state.exited(exit),
  },
  stop: ({ state }: Context, reason: ExitReason): Promise<void> => state.stop(reason),
});

export const LOCAL_SUPERVISOR = Definition.of(LocalSupervisor);

/** The same for any host: its plan is plain data. */
export const MOVABLE_SUPERVISOR = new Definition(import.meta, { ...LOCAL_SUPERVISOR.parts, name: 'troupe.supervisor', title: ROOT_TITLE });

export type SupervisorActor = RefOf<typeof LocalSupervisor>;

/** Answers with what `work` comes to, and takes other messages meanwhile; what it fails with is the answer as well. */
function later<T>(ctx: Context, work: Promise<T>): Promise<T> {
  const answer = ctx.later<T>();
  void work.then((result) => answer.resolve(result), (error: Error) => answer.reject(error));
  return answer.promise;
}

async function settled<T>(run: () => T): Promise<T> {
  return run();
}
