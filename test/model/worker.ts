import { actor } from '../../index.ts';
import type { Recording } from './recording.ts';
import type { WorkerPlan } from './plan.ts';

/** The recordings of the runs that go on, by their numbers: an actor on another host shares nothing else with its run. */
export const recordings = new Map<number, Recording>();

const FOREVER_MS = 1e9;

interface Role {
  readonly run: number;
  readonly plan: WorkerPlan;
}

/** What a worker of the model is in the real tree. */
export const Worker = actor(import.meta, {
  name: 'model-worker',
  init(role: Role, ctx): Role | Promise<Role> {
    switch (recordingOf(role).began(ctx.name, ctx.incarnation)) {
      case undefined: return role;
      case 'fails': throw new Error('planned');
      case 'hangs': return ctx.sleep(FOREVER_MS).then(() => role);
      case 'ignores': return (ctx as unknown as { ignore(): Role }).ignore();
    }
  },
  handlers: {
    crash(): never { throw new Error('planned'); },
    end(ctx) { ctx.stop(); },
    note(ctx, n: number) { recordingOf(ctx.state).noted(ctx.name, n); },
    echo: (_ctx, n: number) => n,
  },
  stop(ctx, reason) {
    const { plan: { stopMs } } = ctx.state;
    const stopped = (): void => recordingOf(ctx.state).stopped(ctx.name, reason.kind);
    const isAsked = reason.kind === 'shutdown' || reason.kind === 'normal';
    if (isAsked && stopMs > 0) return ctx.sleep(stopMs).then(stopped);
    stopped();
    return undefined;
  },
});

function recordingOf({ run }: Role): Recording {
  const recording = recordings.get(run);
  if (recording === undefined) throw new Error(`run ${run} is over`);
  return recording;
}
