import type { StartContext } from '../../core/context.ts';
import type { ActorRef } from '../../core/actor-ref.ts';
import type { ExitReason } from '../../core/exit-reason.ts';
import type { HostOptions } from '../../core/host-options.ts';
import type { TaskAddress } from '../task.ts';
import { PoolWorker } from './pool-worker.ts';
import { isLoss, lossOf } from './loss.ts';
import { Worker } from './worker.ts';

/** How the workers of a pool are made. */
export interface CrewPlan {
  readonly size: number;
  readonly host: 'thread' | 'process';
  readonly hostOptions: HostOptions;
  /** What each worker does before anything else. */
  readonly init: { readonly task: TaskAddress; readonly args: readonly unknown[] } | undefined;
  readonly startMs: number;
}

/** Who has the crew. */
export interface CrewPort {
  /** Has something done as the pool's own work, one at a time with its messages. */
  act(run: () => void): void;
  /** A worker more, or less. */
  changed(): void;
  /** None is left, and none can be started. */
  failed(error: Error): void;
}

const MAX_TRIES = 3;
const BASE_MS = 50;

/** The workers of a pool: starts them as they are needed. One that fails before it has done anything is tried again, but not for ever. */
export class Crew {
  readonly workers = new Set<Worker>();
  readonly #plan: CrewPlan;
  readonly #ctx: StartContext;
  readonly #port: CrewPort;
  /** How many starts in a row have led to nothing. */
  #failures = 0;
  #isPausing = false;
  #isOver = false;

  constructor(plan: CrewPlan, ctx: StartContext, port: CrewPort) {
    this.#plan = plan;
    this.#ctx = ctx;
    this.#port = port;
  }

  /** How many may be started still. */
  get missing(): number { return this.#plan.size - this.workers.size; }

  get starting(): number { return this.#count('starting'); }

  /** Starts so many more, if there is room; later, if one has just failed. */
  start(count: number): void {
    if (this.#isPausing || (this.#failures >= MAX_TRIES && this.workers.size > 0)) return;
    for (let left = Math.min(count, this.missing); left > 0; left--) {
      const worker = new Worker();
      this.workers.add(worker);
      this.#begin(worker).then(
        () => this.#port.act(() => this.#begun(worker)),
        (error: unknown) => this.#port.act(() => this.#notBegun(worker, error as Error)),
      );
    }
  }

  /** It has settled something: whatever made others fail has passed. */
  proven(worker: Worker): void {
    if (worker.isProven) return;
    worker.isProven = true;
    this.#failures = 0;
  }

  /** A worker has ended. */
  down(ref: ActorRef<object>, reason: ExitReason): void {
    for (const worker of this.workers) if (worker.ref?.equals(ref) === true) this.#ended(worker, reason);
  }

  /** Ends all of them now, also those that are on their way. */
  kill(): void {
    this.#isOver = true;
    for (const worker of this.workers) {
      worker.begins.abort();
      worker.kill();
    }
  }

  async #begin(worker: Worker): Promise<void> {
    const { host, hostOptions, init, startMs } = this.#plan;
    const ref = await this.#ctx.spawn(PoolWorker, { host, timeout: startMs, signal: worker.begins.signal, ...hostOptions });
    worker.ref = ref;
    this.#ctx.monitor(ref);
    if (init === undefined) return;
    const runner = await worker.startRunner(init.task.runner);
    const { failures: [failure] } = await runner.with({ timeout: startMs }).ask['pool:eachAsync'](init.task.name, [init.args], { spreads: true, stopsAtError: true });
    if (failure !== undefined) throw failure.error;
  }

  #begun(worker: Worker): void {
    if (worker.end !== undefined) this.#ended(worker, worker.end);
    else if (this.#isOver) worker.kill();
    else worker.status = 'ready';
    this.#port.changed();
  }

  #notBegun(worker: Worker, error: Error): void {
    if (worker.ref === undefined || !isLoss(error)) this.#notStarted(worker, error);
    else if (worker.end !== undefined) this.#notStarted(worker, this.#lossOf(worker.end));
    // It says more when it has ended.
    else worker.isFailing = true;
  }

  #notStarted(worker: Worker, error: Error): void {
    worker.ref?.kill();
    this.workers.delete(worker);
    this.#failed(error);
  }

  #ended(worker: Worker, reason: ExitReason): void {
    const isStarting = worker.status === 'starting' && worker.end === undefined;
    const wasLeaving = worker.status === 'leaving';
    worker.end = reason;
    if (isStarting) {
      // Else its start comes to its own end, one way or the other.
      if (worker.isFailing) this.#notStarted(worker, this.#lossOf(reason));
      return;
    }
    worker.status = 'leaving';
    worker.stay();
    this.workers.delete(worker);
    for (const assignment of worker.lost) assignment.lostWith(reason, worker.note);
    if (wasLeaving || worker.isProven) this.#port.changed();
    else this.#failed(this.#lossOf(reason));
  }

  #lossOf(reason: ExitReason): Error {
    return lossOf(this.#plan.init?.task.name ?? 'a worker', 'maybe', reason, undefined);
  }

  #failed(error: Error): void {
    if (this.#isPausing || this.#isOver) {
      this.#port.changed();
      return;
    }
    this.#failures++;
    const isHopeless = this.#failures >= MAX_TRIES || (error as { canHeal?: unknown }).canHeal === false;
    if (isHopeless) {
      if (this.#count('ready') + this.#count('overdue') + this.starting === 0) this.#port.failed(error);
      return;
    }
    this.#isPausing = true;
    this.#ctx.after(BASE_MS * 2 ** (this.#failures - 1), () => {
      this.#isPausing = false;
      this.#port.changed();
    });
  }

  #count(status: Worker['status']): number {
    let count = 0;
    for (const worker of this.workers) if (worker.status === status) count++;
    return count;
  }
}
