import type { ActorHandle, ApiOf } from '../../core/actor-ref.ts';
import type { ExitReason } from '../../core/exit-reason.ts';
import type { HostInfo } from '../../core/host-info.ts';
import type { HostOptions } from '../../core/host-options.ts';
import type { InitContext } from '../../core/context.ts';
import type { JobProgress, PostBoxRef } from './post-box.ts';
import type { RunnerHandlers } from '../task-runner.ts';
import type { TaskAddress } from '../task.ts';
import { ActorStoppedError, AskTimeoutError } from '../../core/errors.ts';
import { Belt } from './belt.ts';
import { Latest } from './latest.ts';
import { Output } from './output.ts';
import { PostBox } from './post-box.ts';
import { exitCode } from '../../runtime/exit-code.ts';

/** What is to be run, where, and for how long at most. */
export interface JobPlan {
  readonly task: TaskAddress;
  readonly args: readonly unknown[];
  readonly host: 'thread' | 'process';
  readonly hostOptions: HostOptions;
  /** Whether what its host prints is for its starter. */
  readonly isCaptured: boolean;
  readonly name: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** How a job ended. */
export interface JobExit<R = unknown> {
  /** 0: it gave a value. 1: its task threw, or never began. 0 to 255: `process.exit(n)`. -15: it was stopped; `-n`: it died by signal n. */
  readonly code: number;
  /** By which signal, also of a thread: `'SIGTERM'` for one that was stopped, `'SIGKILL'` for one that was killed. */
  readonly signal: string | null;
  readonly reason: ExitReason;
  readonly value?: R;
  /** What the job rejects with. */
  readonly error?: unknown;
}

export type Runner = ActorHandle<ApiOf<RunnerHandlers>>;

type Outcome = { readonly value: unknown } | { readonly error: unknown };
type Ending = { readonly reason: ExitReason; readonly error: unknown; readonly isWanted: boolean };

const PATIENT = { timeout: Infinity } as const;
/** How long a task may take to come to its end by itself when nobody is there any more who could say. */
export const GRACE_MS = 1_000;

/** One run of a task, from its starter's side: what becomes of it, whatever happens. */
export class JobRun {
  readonly progress = new Latest<JobProgress>();
  readonly stdout = new Output();
  readonly stderr = new Output();
  /** Settles as soon as the task has; or when the host is gone, if it ends otherwise. */
  readonly result: Promise<unknown>;
  /** When nothing of it is left on its host. Never rejects. */
  readonly exit: Promise<JobExit>;
  /** Once its host is there; rejects as `result` when it never is. */
  readonly runner: Promise<Runner>;
  host: HostInfo | undefined;
  /** Whether somebody wants to know how it ends. */
  isAwaited = false;
  readonly #plan: JobPlan;
  readonly #starting = new AbortController();
  readonly #outbox = new Belt<(runner: Runner) => Promise<void>>(Infinity);
  #ctx: InitContext | undefined;
  #running: Runner | undefined;
  /** Why it doesn't come to its end by itself. */
  #ending: Ending | undefined;
  /** What the task has come to: whatever happens then doesn't change it. */
  #outcome: Outcome | undefined;
  #isOver = false;
  #setRunner!: (runner: Runner) => void;
  #failRunner!: (error: unknown) => void;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #setExit!: (exit: JobExit) => void;

  constructor(plan: JobPlan) {
    this.#plan = plan;
    this.runner = new Promise((resolve, reject) => {
      this.#setRunner = resolve;
      this.#failRunner = reject;
    });
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.exit = new Promise((resolve) => { this.#setExit = resolve; });
    // Nobody has to wait for a job.
    for (const each of [this.runner, this.result]) each.catch(() => undefined);
  }

  /** The given one; else the path, and the task's name as long as that isn't known. */
  get name(): string { return this.#plan.name ?? this.#ctx?.name ?? this.#plan.task.name; }

  get isOver(): boolean { return this.#isOver; }

  /** Begins it, as the work of the actor that keeps it. */
  begin(ctx: InitContext): void {
    const { timeoutMs, signal } = this.#plan;
    this.#ctx = ctx;
    ctx.signal.addEventListener('abort', () => this.#over({ reason: { kind: 'killed' }, error: this.#stopped }, true));
    ctx.after(timeoutMs, () => {
      this.#end({ kind: 'killed' }, new AskTimeoutError(this.name, 'run', timeoutMs, { where: 'handler', waited: 0, ran: timeoutMs }));
      this.#kill();
    });
    const aborted = (): void => { void this.stop(GRACE_MS, signal?.reason); };
    signal?.addEventListener('abort', aborted);
    void this.exit.then(() => signal?.removeEventListener('abort', aborted));
    if (signal?.aborted === true) aborted();
    void this.#work(ctx);
  }

  /** It could not begin. */
  failed(error: unknown): void {
    this.#over({ reason: { kind: 'error', error: error as Error }, error }, false);
  }

  /** Asks the task to come to its end, and kills it when it hasn't after so long. */
  async stop(graceMs: number, error: unknown = this.#stopped): Promise<void> {
    if (this.#isOver) return;
    this.#end({ kind: 'shutdown' }, error, true);
    if (this.#running === undefined) this.#starting.abort(error);
    else this.#running.tell['job:abort']();
    // The keeper may be about to end itself: its timers don't run any more.
    await Promise.race([this.exit, this.#ctx?.sleep(graceMs).catch(() => undefined)]);
    if (!this.#isOver) await this.kill();
  }

  async kill(): Promise<void> {
    if (this.#isOver) return;
    if (this.#outcome === undefined) this.#ending = { reason: { kind: 'killed' }, error: this.#ending?.error ?? this.#stopped, isWanted: true };
    this.#kill();
    await this.exit;
  }

  /** Says something to the runner once it is there, in order; nobody has to care what becomes of that. */
  post(say: (runner: Runner) => unknown): Promise<void> {
    const posted = new Promise<void>((resolve, reject) => {
      void this.#outbox.put(async (runner) => {
        try {
          await say(runner);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
      this.runner.catch(reject);
    });
    posted.catch(() => undefined);
    return posted;
  }

  /** Nobody reads its results. */
  ignoreResults(): void {
    void this.post((runner) => runner.tell['job:ignore']());
  }

  get #stopped(): ActorStoppedError {
    return new ActorStoppedError(this.name, 'wait for the result of', 'maybe');
  }

  #end(reason: ExitReason, error: unknown, isWanted = false): void {
    if (this.#outcome === undefined) this.#ending ??= { reason, error, isWanted };
  }

  #kill(): void {
    this.#starting.abort(this.#ending?.error);
    this.#running?.kill();
  }

  async #work(ctx: InitContext): Promise<void> {
    const box = await ctx.spawn(PostBox).catch(() => undefined);
    const read = box === undefined ? undefined : this.#read(box);
    const outcome = this.#outcome = box === undefined ? { error: this.#stopped } : await this.#attempt(ctx, box);
    if ('value' in outcome && this.#ending === undefined) this.#resolve(outcome.value);
    const reason = await this.#retire();
    // Its host says that last.
    if (!this.#plan.isCaptured || reason === undefined) box?.tell.close();
    await read;
    this.#over(this.#judge(outcome, reason), this.#ending?.isWanted === true);
    ctx.after(0, (keeper) => keeper.stop());
  }

  async #attempt(ctx: InitContext, box: PostBoxRef): Promise<Outcome> {
    const { task, args, host, hostOptions, isCaptured } = this.#plan;
    const output = isCaptured ? { output: box } : {};
    try {
      // However many start at once: `timeout` is for all of it.
      const start = { host, timeout: Infinity, signal: this.#starting.signal } as const;
      const runner = await ctx.spawn(task.runner, { ...hostOptions, ...output, ...start });
      this.#running = runner;
      this.host = await runner.with(PATIENT).ask['job:open'](this.name, box);
      this.#setRunner(runner);
      void this.#deliver(runner);
      if (this.#ending !== undefined) return this.#ending;
      // By the names of the tasks, which nobody but their module knows.
      const tasks = runner.with(PATIENT).ask as unknown as Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;
      return { value: await tasks[task.name]?.(...args) };
    } catch (error) {
      return { error };
    }
  }

  /** As the keeper's own doing: what is said to a daemon keeps no program alive. */
  async #deliver(runner: Runner): Promise<void> {
    for await (const post of this.#outbox) void post(runner);
  }

  /** Ends the actor that has run it, and gives the reason of its end; undefined when there never was one. */
  async #retire(): Promise<ExitReason | undefined> {
    const runner = this.#running;
    if (runner === undefined) return undefined;
    void runner.stop({ grace: GRACE_MS });
    return runner.closed;
  }

  #judge(outcome: Outcome, reason: ExitReason | undefined): Pick<JobExit, 'reason' | 'value' | 'error'> {
    if (this.#ending !== undefined) return this.#ending;
    if ('value' in outcome) return { reason: { kind: 'normal' }, value: outcome.value };
    // The actor itself lives on when its task throws; it falls with what the task has left behind.
    if (reason === undefined || reason.kind === 'normal') return { reason: { kind: 'error', error: outcome.error as Error }, error: outcome.error };
    return { reason, error: reason.kind === 'error' ? reason.error : outcome.error };
  }

  async #read(box: PostBoxRef): Promise<void> {
    try {
      for await (const news of box.with(PATIENT).ask.news()) {
        if (news.kind === 'progress') this.progress.set(news.progress);
        else if (news.text === undefined) return;
        else this[news.stream].put(news.text);
      }
    } catch {
      // It ends with its keeper, which knows.
    }
  }

  #over({ reason, error, ...rest }: Pick<JobExit, 'reason' | 'value' | 'error'>, isWanted: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const exit = { ...codeOf(reason), reason, ...'value' in rest ? { value: rest.value } : { error } };
    if ('value' in exit) this.#resolve(exit.value);
    else this.#reject(error);
    this.#failRunner(error ?? this.#stopped);
    for (const heard of [this.progress, this.stdout, this.stderr]) heard.end();
    if ('error' in exit && !isWanted && !this.isAwaited) {
      this.#ctx?.log.error({ job: this.name, code: exit.code, err: error }, 'a job has failed that nobody waits for');
    }
    this.#setExit(exit);
  }
}

function codeOf(reason: ExitReason): Pick<JobExit, 'code' | 'signal'> {
  if (reason.kind === 'shutdown') return { code: -15, signal: 'SIGTERM' };
  const signal = reason.kind === 'host_down' ? reason.signal : reason.kind === 'killed' ? 'SIGKILL' : null;
  return { code: exitCode(reason), signal };
}
