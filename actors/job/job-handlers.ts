import type { ActorContext } from '../../core/context.ts';
import type { HostInfo } from '../../core/host-info.ts';
import type { PostBoxRef } from './post-box.ts';
import { RunningJob } from './running-job.ts';

/** What the runner of a job keeps. */
export interface JobState {
  job: RunningJob | undefined;
}

type Context = ActorContext<JobState>;

/** What the runner of a job is asked and told beside the task itself. */
export interface JobHandlers {
  /** First of all. */
  'job:open'(ctx: Context, name: string, box: PostBoxRef): Promise<HostInfo>;
  /** Answered when there is room for more. */
  'job:message'(ctx: Context, message: unknown): Promise<void>;
  /** No more messages come. */
  'job:close'(ctx: Context): void;
  'job:abort'(ctx: Context): void;
  /** What the task yields. Without a reader it waits. */
  'job:results'(ctx: Context): AsyncGenerator<unknown, void, undefined>;
  /** Nobody reads the results. */
  'job:ignore'(ctx: Context): void;
}

export const jobHandlers: JobHandlers = {
  async 'job:open'(ctx, name, box) {
    // From now on this host knows the way: a task that never waits can't ask for it.
    await box.with({ timeout: Infinity }).ask.open();
    ctx.state.job = new RunningJob(name, box, ctx);
    return ctx.host;
  },
  'job:message'(ctx, message) {
    if (ctx.state.job?.messages.hasEnded === true) throw ctx.refuse('closed', 'it reads no more messages');
    const later = ctx.later<void>();
    void ctx.state.job?.messages.put(message).then(() => later.resolve());
    return later.promise;
  },
  'job:close'({ state }) { state.job?.messages.end(); },
  'job:abort'({ state }) { state.job?.abort(); },
  async *'job:results'({ state: { job }, signal }) {
    if (job === undefined) return;
    signal.addEventListener('abort', () => job.results.leave());
    yield* job.results;
  },
  'job:ignore'({ state }) { state.job?.results.leave(); },
};

/** What makes a task a handler: asked with its arguments, it answers with its value when it has come to its end. */
export function taskHandler(run: (...args: never[]) => unknown): (ctx: Context, ...args: unknown[]) => Promise<unknown> {
  // Asynchronous, so that the task is followed over its awaits; answered later, so that messages come in meanwhile.
  return async (ctx, ...args) => {
    const later = ctx.later<unknown>();
    // What it throws is made an error where it is answered.
    ctx.state.job?.run(run, args, ctx.signal).then((value) => later.resolve(value), (error: unknown) => later.reject(error as Error));
    return later.promise;
  };
}
