import type { ActorRef } from '../../core/actor-ref.ts';
import type { Batch } from './batch.ts';
import type { Cancel } from '../../core/clock.ts';
import type { CrewPlan } from './crew.ts';
import type { Executed } from '../../core/errors.ts';
import type { ExitReason } from '../../core/exit-reason.ts';
import type { ActorContext, Later, StartContext } from '../../core/context.ts';
import type { RunnerRef } from './pool-worker.ts';
import type { Worker } from './worker.ts';
import type { Yield } from './pool-handlers.ts';
import { ActorCrashedError, ActorError, AskTimeoutError, PoolError } from '../../core/errors.ts';
import { Assignment } from './assignment.ts';
import { Crew } from './crew.ts';
import { Waiting } from './waiting.ts';
import { isLoss } from './loss.ts';
import { transfer } from '../../core/transfer.ts';

/** What a pool goes by. */
export interface PoolPlan extends CrewPlan {
  readonly title: string;
  /** After how many items a worker is ended. */
  readonly maxTasks: number;
  /** After how long without work. */
  readonly idleMs: number;
}

type Ctx = ActorContext<unknown>;

/** How long a task may go on that nobody waits for any more. */
const GRACE_MS = 500;
const OVERDUE = 'killed: a task went on for 500 ms after nobody waited for it any more';
const PING = { spreads: false, stopsAtError: false };

/** Gives batches to workers, one after the other, and sees to it that each is settled. */
export class Dispatcher {
  readonly #plan: PoolPlan;
  readonly #ctx: StartContext;
  readonly #act: (run: () => void) => void;
  readonly #crew: Crew;
  readonly #waiting = new Waiting();
  /** Those who wait for all workers to be ready. */
  readonly #openers: Later<void>[] = [];
  readonly #joiners: Later<void>[] = [];
  #calls = 0;
  #inHand = 0;
  #isOpening = true;
  #isClosed = false;
  #isTerminated = false;
  #failure: PoolError | undefined;

  constructor(plan: PoolPlan, ctx: StartContext, act: (run: () => void) => void) {
    this.#plan = plan;
    this.#ctx = ctx;
    this.#act = act;
    this.#crew = new Crew(plan, ctx, { act, changed: () => this.#dispatch(), failed: (error) => this.#failed(error) });
    this.#crew.start(plan.size);
    if (plan.idleMs !== Infinity) ctx.idle(plan.idleMs, () => this.#endIdle());
  }

  /** Whether anybody waits for anything. */
  get #isWanted(): boolean { return this.#calls > 0 || this.#inHand > 0 || this.#waiting.size > 0; }

  /** Resolves when all workers are ready. */
  ready(later: Later<void>): void {
    if (this.#failure !== undefined) later.reject(this.#failure);
    else if (this.#isOpening) this.#openers.push(later);
    else later.resolve();
  }

  /** Somebody calls the pool, until nobody waits for the answer any more. */
  begin(ctx: Ctx): Promise<void> {
    const refusal = this.#refusal(false);
    if (refusal !== undefined) return rejected(ctx, refusal);
    this.#calls++;
    const later = ctx.later<void>(() => this.#act(() => {
      later.resolve();
      this.#calls--;
      this.#rest();
    }));
    return later.promise;
  }

  /** Has a batch done. */
  take(ctx: Ctx, batch: Batch): Promise<Yield> {
    const refusal = this.#refusal(batch.isPart);
    if (refusal !== undefined) return rejected(ctx, refusal);
    const later = ctx.later<Yield>((reason) => {
      assignment.isAbandoned = true;
      this.#act(() => this.#abandoned(assignment, reason as Error));
    });
    const assignment = batch.assignment = new Assignment(batch, later, GRACE_MS);
    this.#waiting.add(assignment);
    this.#dispatch();
    return later.promise;
  }

  /** Nobody waits for it any more. */
  cancel({ assignment }: Batch, reason: unknown): void {
    assignment?.later.abandon(reason);
  }

  /** Nobody is to wait until a task has come to its end by itself. */
  kill({ assignment }: Batch): void {
    if (assignment !== undefined) assignment.graceMs = 0;
  }

  close(): void {
    this.#isClosed = true;
    this.#rest();
  }

  /** Resolves when all is done, and the pool is about to end. */
  join(later: Later<void>): void {
    if (!this.#isClosed) {
      later.reject(new ActorError('TROUPE_POOL_OPEN', `Cannot join the pool "${this.#plan.title}": it is open; close() it before`));
      return;
    }
    this.#joiners.push(later);
    this.#rest();
  }

  /** Everything that is pending rejects, and the pool ends when its workers have. */
  terminate(): void {
    this.#isTerminated = true;
    const text = `Cannot use the pool "${this.#plan.title}": it was terminated`;
    this.#refuse((executed) => new PoolError('TROUPE_POOL_TERMINATED', text, executed));
  }

  down(ref: ActorRef<object>, reason: ExitReason): void {
    this.#crew.down(ref, reason);
  }

  #refusal(isPart: boolean): Error | undefined {
    if (this.#failure !== undefined) return this.#failure;
    if (!this.#isClosed || isPart) return undefined;
    return new PoolError('TROUPE_POOL_CLOSED', `Cannot use the pool "${this.#plan.title}": it is closed`, 'no');
  }

  #abandoned(assignment: Assignment, reason: Error): void {
    if (!this.#waiting.remove(assignment)) return;
    assignment.later.reject(reason);
    this.#rest();
  }

  #dispatch(): void {
    if (this.#failure !== undefined) {
      this.#rest();
      return;
    }
    const { workers } = this.#crew;
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      // Half of what waits is left to those who are free first: none is kept waiting behind a task that turns out to be long.
      const worker = freest(workers, next, 1 + Math.floor(this.#waiting.size / (2 * workers.size)), this.#plan.maxTasks);
      if (worker === undefined) break;
      this.#waiting.take();
      this.#give(worker, next);
    }
    if (this.#isOpening) this.#open();
    else this.#crew.start(this.#waiting.size - this.#crew.starting);
    this.#rest();
  }

  /** Workers aren't waited for any more once all of them have been ready together. */
  #open(): void {
    const { missing, starting } = this.#crew;
    if (missing > 0) this.#crew.start(missing);
    else if (starting === 0) {
      this.#isOpening = false;
      for (const later of this.#openers.splice(0)) later.resolve();
    }
  }

  #give(worker: Worker, assignment: Assignment): void {
    worker.stay();
    worker.hand.add(assignment);
    worker.items += assignment.batch.items.length;
    this.#inHand++;
    const { runner: definition } = assignment.batch.task;
    const runner = worker.runner(definition);
    const done = runner === undefined ? worker.startRunner(definition).then((started) => perform(started, assignment)) : perform(runner, assignment);
    done.then(
      (result) => this.#act(() => this.#done(worker, assignment, result)),
      (error: unknown) => this.#act(() => this.#undone(worker, assignment, error as Error)),
    );
  }

  #done(worker: Worker, assignment: Assignment, result: Yield): void {
    this.#settled(worker, assignment);
    this.#crew.proven(worker);
    worker.pace(assignment.batch.task, result.ms);
    assignment.later.resolve(result);
    this.#goOn(worker);
  }

  #undone(worker: Worker, assignment: Assignment, error: Error): void {
    this.#settled(worker, assignment);
    const { isAbandoned, later, batch: { task } } = assignment;
    if (isAbandoned || error instanceof AskTimeoutError) {
      later.reject(error);
      this.#expectBack(worker, worker.runner(task.runner), assignment);
    } else if (isLoss(error)) {
      this.#lost(worker, assignment, error as Error & { executed: Executed });
    } else {
      later.reject(error);
    }
    this.#goOn(worker);
  }

  #settled(worker: Worker, assignment: Assignment): void {
    worker.hand.delete(assignment);
    this.#inHand--;
  }

  /** What had not begun is done by another worker, if its buffers are still here; the rest is told how this one has ended, once that is known. */
  #lost(worker: Worker, assignment: Assignment, error: Error & { executed: Executed }): void {
    const { task: { name }, buffers } = assignment.batch;
    const hasLeft = assignment.executed === 'maybe' && buffers.length > 0;
    if (error.executed === 'no') assignment.executed = 'no';
    if (assignment.executed === 'no' && !hasLeft && this.#failure === undefined) this.#waiting.giveBack(assignment);
    else if (error instanceof ActorCrashedError) assignment.later.reject(new ActorCrashedError(name, 'run', assignment.executed, error.cause));
    else if (worker.end !== undefined) assignment.lostWith(worker.end, worker.note);
    else worker.lost.add(assignment);
    if (worker.end === undefined) worker.kill();
  }

  /** A task that nobody waits for any more may come to its end by itself, in a while: what is asked behind it shows that it has. */
  #expectBack(worker: Worker, runner: RunnerRef | undefined, { graceMs, batch: { task } }: Assignment): void {
    if (worker.status !== 'ready') return;
    if (runner === undefined || graceMs === 0) {
      worker.kill(OVERDUE);
      return;
    }
    worker.status = 'overdue';
    const cancel = this.#ctx.after(graceMs, () => {
      if (worker.status === 'overdue') worker.kill(OVERDUE);
    });
    runner.ask['pool:each'](task.name, [], PING).then(() => this.#act(() => {
      cancel();
      if (worker.status !== 'overdue') return;
      worker.status = 'ready';
      this.#goOn(worker);
    }), () => undefined);
  }

  #goOn(worker: Worker): void {
    if (worker.isFree && worker.items >= this.#plan.maxTasks) worker.retire();
    this.#dispatch();
  }

  /** What is done when there is nothing to do, for a worker or at all. */
  #rest(): void {
    if (this.#isTerminated ? this.#crew.workers.size === 0 : this.#isClosed && !this.#isWanted) {
      for (const later of this.#joiners.splice(0)) later.resolve();
      void (this.#ctx.self as unknown as ActorRef<object>).stop();
      return;
    }
    if (this.#plan.idleMs === Infinity) return;
    for (const worker of this.#crew.workers) {
      if (this.#isWanted && worker.isFree) worker.leaves ??= this.#leaving(worker);
      if (!this.#isWanted) worker.stay();
    }
  }

  // As long as somebody waits, a timer keeps no program alive that would have ended without it.
  #leaving(worker: Worker): Cancel {
    return this.#ctx.after(this.#plan.idleMs, () => { if (worker.isFree) worker.retire(); });
  }

  #endIdle(): void {
    for (const worker of this.#crew.workers) if (worker.isFree) worker.retire();
  }

  #failed(cause: Error): void {
    const text = `Cannot use the pool "${this.#plan.title}": its workers can't be started: ${cause.message}`;
    this.#refuse((executed) => new PoolError('TROUPE_POOL_FAILED', text, executed, { cause }));
  }

  /** Nothing is done any more. */
  #refuse(error: (executed: Executed) => PoolError): void {
    const failure = this.#failure = error('no');
    for (const { later } of this.#waiting.clear()) later.reject(failure);
    for (const worker of this.#crew.workers) {
      for (const { later, executed } of [...worker.hand, ...worker.lost]) later.reject(error(executed));
    }
    for (const later of this.#openers.splice(0)) later.reject(failure);
    this.#crew.kill();
    this.#rest();
  }
}

/** The worker that gets this now: one that has nothing to do, else the one with the least that takes it ahead. */
function freest(workers: Iterable<Worker>, assignment: Assignment, share: number, maxTasks: number): Worker | undefined {
  let best: Worker | undefined;
  for (const worker of workers) {
    if (worker.isFree) return worker;
    const isLessBusy = worker.items < maxTasks && worker.hand.size < (best?.hand.size ?? Infinity);
    if (isLessBusy && worker.takesAhead(assignment, share)) best = worker;
  }
  return best;
}

/** The batch goes to the actor that does its task; nobody does it for longer than somebody waits for it. */
async function perform(runner: RunnerRef, assignment: Assignment): Promise<Yield> {
  const { later, batch: { task, items: all, buffers, spreads, stopsAtError, limitMs } } = assignment;
  const items = buffers.length === 0 ? all as unknown[] : transfer(all as unknown[], buffers);
  assignment.executed = 'maybe';
  const { ask } = limitMs === Infinity ? runner : runner.with({ timeout: limitMs });
  const handler = task.isAsync ? 'pool:eachAsync' : 'pool:each';
  return later.run(() => ask[handler](task.name, items, { spreads, stopsAtError }));
}

function rejected(ctx: Ctx, error: Error): Promise<never> {
  const later = ctx.later<never>();
  later.reject(error);
  return later.promise;
}
