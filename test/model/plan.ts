import type { Restart } from '../../core/restart.ts';
import type { Strategy } from '../../supervisors/strategy.ts';

/** How many restarts in how long. */
export interface Budget {
  readonly restarts: number;
  readonly withinMs: number;
}

/** Where it lives: with its supervisor, or on a host of its own. */
export type Place = 'local' | 'thread' | 'process';

export interface ChildPlan {
  readonly host: Place;
  readonly restart: Restart;
  readonly isSignificant: boolean;
  readonly shutdown: number | 'kill' | 'infinity';
  /** A budget of its own beside its supervisor's. */
  readonly budget: Budget | undefined;
}

/** An actor that does nothing but start, end, and say so. */
export interface WorkerPlan extends ChildPlan {
  readonly kind: 'worker';
  readonly startMs: number;
  /** How long its `stop` takes when it isn't killed and hasn't crashed. */
  readonly stopMs: number;
}

export interface SupervisorPlan extends ChildPlan {
  readonly kind: 'supervisor';
  readonly strategy: Strategy;
  readonly intensity: Budget;
  readonly hasBackoff: boolean;
  readonly autoShutdown: 'never' | 'any_significant' | 'all_significant';
  readonly start: 'sequential' | 'parallel';
  /** In start order; their keys are `a`, `b`, `c`, … */
  readonly children: readonly Plan[];
}

/** A supervisor that begins without children: all that it is asked to start are alike. */
export interface DynamicPlan extends ChildPlan {
  readonly kind: 'dynamic';
  readonly intensity: Budget;
  readonly hasBackoff: boolean;
  readonly autoShutdown: SupervisorPlan['autoShutdown'];
  readonly maxChildren: number;
  readonly child: WorkerPlan;
}

export type Plan = WorkerPlan | SupervisorPlan | DynamicPlan;

/** What a start of a worker does instead of succeeding. */
export type Fault = 'fails' | 'hangs' | 'ignores';

/** How a worker comes to its end, without its supervisor; `stop`: somebody else asks it to, within {@link stopGraceMs}. */
export type Death = 'crash' | 'end' | 'stop' | 'kill';

/** For each a little longer than for others: when two of them are killed at the same moment, how far a start has come between is nobody's promise. */
export function stopGraceMs(path: string): number {
  const number = Buffer.from(path).reduce((sum, byte) => (sum * 31 + byte) % 512, 0);
  return 100 + (number + 1) / 2_048;
}

export interface PlannedDeath {
  readonly worker: number;
  readonly how: Death;
}

/**
 * One thing done to the running tree. `actor`, `worker` and `supervisor` are numbers of paths of the plan, taken modulo their
 * count, so that a command stays one when the tree shrinks.
 */
export type Command =
  | { readonly type: 'advance'; readonly ms: number }
  | { readonly type: 'die'; readonly deaths: readonly PlannedDeath[] }
  /** `stop_supervisor`: somebody else than its supervisor asks it to end. */
  | { readonly type: 'kill_supervisor' | 'stop_supervisor'; readonly supervisor: number }
  /** The host that it lives on is gone: nothing happens when that is the main thread. */
  | { readonly type: 'lose_host'; readonly actor: number }
  | { readonly type: 'fault'; readonly worker: number; readonly faults: readonly Fault[] }
  /** Of a dynamic supervisor. */
  | { readonly type: 'start_one'; readonly supervisor: number }
  | { readonly type: 'start_child'; readonly supervisor: number; readonly key: string; readonly plan: WorkerPlan }
  | { readonly type: 'terminate_child' | 'restart_child' | 'delete_child' | 'child_spec'; readonly actor: number }
  /** Messages to a worker, asks and tells: they change nothing. */
  | { readonly type: 'talk'; readonly worker: number; readonly count: number }
  | { readonly type: 'which_children' | 'count_children'; readonly supervisor: number }
  | { readonly type: 'stop' };

/** What a run consists of. */
export interface Trace {
  readonly tree: SupervisorPlan;
  readonly commands: readonly Command[];
}

/** What became visible, and when. */
export type Fact = { readonly at: number; readonly actor: string } & (
  /** A worker's `init` ran. */
  | { readonly what: 'began'; readonly incarnation: number }
  | { readonly what: 'started'; readonly incarnation: number }
  /** Supervisors that end normally, or by their parent's shutdown, say nothing. With the child that one gave up on. */
  | { readonly what: 'ended'; readonly reason: string; readonly child?: string }
  | { readonly what: 'restarting'; readonly reason: string; readonly restarts: number; readonly budgetLeft: number; readonly delayMs: number }
  /** Its slot is dead. */
  | { readonly what: 'removed' }
  | { readonly what: 'answered'; readonly command: number; readonly result: unknown }
);

export const ROOT = 'root';

/** The paths of a plan, parents first. */
export function pathsOf(plan: Plan, path = ROOT): readonly { readonly path: string; readonly plan: Plan }[] {
  switch (plan.kind) {
    case 'worker': return [{ path, plan }];
    case 'supervisor': return [{ path, plan }, ...plan.children.flatMap((child, i) => pathsOf(child, `${path}/${keyOf(i)}`))];
    case 'dynamic': return [{ path, plan }, ...[1, 2, 3, 4].map((n) => ({ path: `${path}/${keyOfOne(n)}`, plan: plan.child }))];
  }
}

export function keyOf(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

/** What the `n`th child of a dynamic supervisor is called. */
export function keyOfOne(n: number): string {
  return `model-worker-${n}`;
}

/** Which actors the numbers in commands mean. */
export class Cast {
  readonly actors: readonly string[];
  readonly workers: readonly string[];
  readonly supervisors: readonly string[];
  readonly dynamics: readonly string[];

  constructor(tree: SupervisorPlan) {
    const all = pathsOf(tree);
    this.actors = all.slice(1).map(({ path }) => path);
    this.workers = all.filter(({ plan }) => plan.kind === 'worker').map(({ path }) => path);
    this.dynamics = all.filter(({ plan }) => plan.kind === 'dynamic').map(({ path }) => path);
    this.supervisors = all.filter(({ plan }) => plan.kind !== 'worker').map(({ path }) => path);
  }

  actor(n: number): string { return at(this.actors, n); }
  worker(n: number): string { return at(this.workers, n); }
  supervisor(n: number): string { return at(this.supervisors, n); }
  dynamic(n: number): string { return at(this.dynamics, n); }

  /** Who dies, each once. */
  deaths(deaths: readonly PlannedDeath[]): readonly { readonly path: string; readonly how: Death }[] {
    const all = new Map<string, Death>();
    for (const { worker, how } of deaths) if (!all.has(this.worker(worker))) all.set(this.worker(worker), how);
    return [...all].map(([path, how]) => ({ path, how }));
  }
}

function at(paths: readonly string[], n: number): string {
  return paths[n % paths.length] ?? '';
}

/** `root/a` of `root/a/b`. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
