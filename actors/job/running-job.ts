import type { ActorContext } from '../../core/context.ts';
import type { JobContext } from './current-job.ts';
import type { JobProgress, PostBoxRef } from './post-box.ts';
import { ActorStoppedError } from '../../core/errors.ts';
import { Belt } from './belt.ts';
import { invalidOption } from '../../core/errors.ts';

/** How many messages may wait in a job's mailbox before those who send more have to wait. */
const MAILBOX = 1_024;
/** A task may report at every turn of a loop: so often its starter hears of it. */
const REPORT_MS = 50;
/** After so many results that nobody waits for, others have their turn. */
const RESULTS_PER_BREATH = 256;

/** A job on its host. */
export class RunningJob implements JobContext {
  readonly name: string;
  readonly messages = new Belt<unknown>(MAILBOX);
  readonly results = new Belt<unknown>(0);
  readonly #ctx: ActorContext<unknown>;
  readonly #box: PostBoxRef;
  readonly #end = new AbortController();
  #progress: JobProgress | undefined;
  #reportedAt = -Infinity;
  #isReportDue = false;

  /** @param ctx Of the actor that runs it. */
  constructor(name: string, box: PostBoxRef, ctx: ActorContext<unknown>) {
    this.name = name;
    this.#box = box;
    this.#ctx = ctx;
  }

  get signal(): AbortSignal { return this.#end.signal; }

  progress(done: number, total?: number, note?: string): void {
    if (typeof done !== 'number') throw invalidOption('done', done, 'a number');
    if (total !== undefined && typeof total !== 'number') throw invalidOption('total', total, 'a number');
    if (note !== undefined && typeof note !== 'string') throw invalidOption('note', note, 'a text');
    this.#progress = { done, total, note };
    const waitMs = this.#reportedAt + REPORT_MS - this.#ctx.now();
    if (waitMs <= 0) {
      this.#report();
    } else if (!this.#isReportDue) {
      this.#isReportDue = true;
      this.#ctx.after(waitMs, () => this.#report());
    }
  }

  /** Asks the task to come to its end. */
  abort(): void {
    this.messages.end();
    this.results.leave();
    this.#end.abort(new ActorStoppedError(this.name, 'go on with'));
  }

  /** Runs the task. What a generator yields are results; what it returns, is its value. */
  async run(task: (...args: never[]) => unknown, args: readonly unknown[], asked: AbortSignal): Promise<unknown> {
    // Whoever has started it is gone.
    asked.addEventListener('abort', () => this.abort());
    try {
      const value = task(...args as never[]);
      return await (isIterator(value) ? this.#runThrough(value) : value);
    } finally {
      this.#report();
      this.results.end();
    }
  }

  async #runThrough(items: AnyIterator): Promise<unknown> {
    for (let count = 1; ; count++) {
      const { done, value } = await items.next();
      if (done === true) return value;
      await this.results.put(value);
      if (this.signal.aborted) return (await items.return?.())?.value;
      if (count % RESULTS_PER_BREATH === 0) await this.#ctx.sleep(0);
    }
  }

  #report(): void {
    const progress = this.#progress;
    this.#isReportDue = false;
    if (progress === undefined) return;
    this.#progress = undefined;
    this.#reportedAt = this.#ctx.now();
    this.#box.tell.progress(progress);
    // The task may compute on for long.
    this.#ctx.flush();
  }
}

type AnyIterator = AsyncIterator<unknown> | Iterator<unknown>;

/** Whether it is what a generator function returns. */
function isIterator(value: unknown): value is AnyIterator {
  return typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function'
    && (Symbol.asyncIterator in value || Symbol.iterator in value);
}
