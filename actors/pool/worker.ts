import type { RefOf } from '../../core/actor-ref.ts';
import type { Assignment } from './assignment.ts';
import type { Cancel } from '../../core/clock.ts';
import type { ExitReason } from '../../core/exit-reason.ts';
import type { PoolWorker, RunnerRef } from './pool-worker.ts';
import type { TaskAddress, TaskRunner } from '../task.ts';

/**
 * - `starting`: not before its `init` is done does it get anything;
 * - `ready`: takes what there is;
 * - `overdue`: what nobody waits for any more hasn't come to its end yet;
 * - `leaving`: gets nothing more, and ends.
 */
type Status = 'starting' | 'ready' | 'overdue' | 'leaving';

/** How many short batches are handed to a worker ahead of its work. */
const MAX_DEPTH = 32;
/** How much work is handed ahead, in milliseconds, if it isn't short. */
const AHEAD_MS = 10;
/** What takes longer than this, in milliseconds, isn't worth handing ahead. */
const LONG_MS = 20;

/** One worker, as its pool sees it. */
export class Worker {
  status: Status = 'starting';
  /** Aborted when it isn't to begin any more. */
  readonly begins = new AbortController();
  ref: RefOf<typeof PoolWorker> | undefined;
  /** What it was given and hasn't settled, in order. */
  readonly hand = new Set<Assignment>();
  /** What it was given that is lost with it, until it is known how it ended. */
  readonly lost = new Set<Assignment>();
  end: ExitReason | undefined;
  /** Whether its start has failed because it is ending. */
  isFailing = false;
  /** Why its pool has killed it. */
  note: string | undefined;
  /** Whether it has ever settled anything. */
  isProven = false;
  /** How many items it was given in all. */
  items = 0;
  /** Has it not leave for having nothing to do. */
  leaves: Cancel | undefined;
  readonly #runners = new Map<TaskRunner, RunnerRef>();
  #paced: TaskAddress | undefined;
  #depth = 1;

  get isFree(): boolean { return this.status === 'ready' && this.hand.size === 0; }

  /**
   * Whether it takes this, too, while it is busy: short tasks are handed ahead, so that they don't wait for the way there and back.
   *
   * @param share How much it may have in hand at most, of what there is.
   */
  takesAhead({ batch }: Assignment, share: number): boolean {
    if (this.status !== 'ready' || batch.task !== this.#paced || this.hand.size >= Math.min(this.#depth, share)) return false;
    for (const { batch: { task, limitMs } } of this.hand) if (task !== batch.task || limitMs !== Infinity) return false;
    return batch.limitMs === Infinity;
  }

  /** @param ms What one batch of this task has taken. */
  pace(task: TaskAddress, ms: number): void {
    if (this.#paced !== task) this.#depth = 1;
    this.#paced = task;
    this.#depth = ms > LONG_MS ? 1 : ms >= 1 ? Math.max(2, Math.floor(AHEAD_MS / ms)) : Math.min(MAX_DEPTH, this.#depth * 2);
  }

  /** It has no limit of time. */
  runner(definition: TaskRunner): RunnerRef | undefined { return this.#runners.get(definition); }

  async startRunner(definition: TaskRunner): Promise<RunnerRef> {
    const { ref } = this;
    if (ref === undefined) throw new Error('a worker without a ref');
    const runner = (await ref.with({ timeout: Infinity }).ask.runner(definition)).with({ timeout: Infinity });
    this.#runners.set(definition, runner);
    return runner;
  }

  /** It doesn't leave for having nothing to do, as it was to. */
  stay(): void {
    this.leaves?.();
    this.leaves = undefined;
  }

  kill(note?: string): void {
    this.status = 'leaving';
    this.note ??= note;
    this.ref?.kill();
  }

  /** Ends it after what it does. */
  retire(): void {
    this.status = 'leaving';
    void this.ref?.stop();
  }
}
