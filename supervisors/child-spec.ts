import type { ActorDefinition } from '../core/actor.ts';
import type { ChildPlan } from './plan.ts';
import type { Duration } from '../core/duration.ts';
import type { DynamicTree } from './dynamic-supervisor.ts';
import type { Given, HostOf, InputMissing } from '../core/spawn-options.ts';
import type { HostOptions } from '../core/host-options.ts';
import type { Restart } from '../core/restart.ts';
import type { Tree } from './tree.ts';
import type { Definition, Where } from '../core/definition.ts';
import { DistantDefinition } from '../core/distant-definition.ts';
import { checkFields, checkLiteral } from '../core/options.ts';
import { HOST_OPTIONS } from '../core/host-options.ts';
import { TreeSpec } from './tree-spec.ts';
import { checkIntensity } from '../core/restart-intensity.ts';
import { checkName } from '../core/registry.ts';
import { placed } from '../core/place.ts';
import { invalidOption } from '../core/errors.ts';
import { toMs, toPositiveMs } from '../core/duration.ts';

declare const brand: unique symbol;

/** A child of a supervisor, as data. Made by {@link child}. */
export interface Child<D> {
  readonly [brand]: { child: D };
}

/** How any child is restarted and shut down. */
export type TreeOptions = {
  /** How long the child may take to stop; `'kill'` doesn't ask it. Default 5 s, for a supervisor `'infinity'`. */
  shutdown?: Duration | 'kill' | 'infinity';
  /** How long its host and `init` may take to be ready. Default 30 s, for a supervisor `Infinity`. */
  start?: Duration;
  /** A budget of its own, beside the one that it shares with the others: when it is spent, its supervisor gives up. Default none. */
  intensity?: { restarts: number; within: Duration };
} & ({
  /** Default `'permanent'`. */
  restart?: Restart;
  /** Default false. */
  significant?: false;
} | {
  restart: 'transient' | 'temporary';
  /** Whether its end may end its supervisor: see `autoShutdown`. */
  significant: boolean;
});

/**
 * How a child is started, restarted and shut down, beside its `input`; with `host: 'thread'` or `'process'` also what its
 * host is given.
 */
export type ChildOptions<W> = HostOptions & {
  /** Default `'local'`: the supervisor's own host. Others as for `spawn`. */
  host?: HostOf<W>;
  /** Registers it under this name, unique in its system. */
  name?: string;
} & TreeOptions;

type Startable = ActorDefinition<unknown, unknown, Where> | Tree<unknown> | DynamicTree<unknown>;
type OptionsOf<D> = D extends ActorDefinition<infer I, infer _H, infer W> ? Given<I, ChildOptions<W>> : [options?: TreeOptions];

/** {@link ChildOptions}, checked. */
export class ChildSpec {
  readonly plan: ChildPlan;

  constructor(plan: ChildPlan) {
    this.plan = plan;
  }
}

const POLICY = ['restart', 'shutdown', 'start', 'significant', 'intensity'] as const;
const TREE_OPTIONS: ReadonlySet<string> = new Set(POLICY);
const OPTIONS: ReadonlySet<string> = new Set(['input', 'host', 'name', ...POLICY, ...HOST_OPTIONS]);
const RESTARTS: readonly Restart[] = ['permanent', 'transient', 'temporary'];
const DEFAULT_SHUTDOWN_MS = 5_000;
const DEFAULT_START_MS = 30_000;

/**
 * Says how one child is started, restarted and shut down. A nested tree may stand in `children` as it is, or as
 * `child(tree, { … })`.
 *
 * @throws {TypeError | RangeError} An option isn't what it should be.
 * @throws {ActorError} `TROUPE_LOCAL_ONLY`, `TROUPE_NOT_IMPORTABLE`: its definition can't be found on its host.
 */
// One signature for both, or the compiler's texts would be about overloads.
export function child<D extends Startable>(definitionOrTree: D, ...options: OptionsOf<D>): Child<D>;
export function child(definition: InputMissing): never;
export function child(target: unknown, options: ChildOptions<Where> & { input?: unknown } = {}): unknown {
  if (target instanceof TreeSpec) return new ChildSpec(planOfTree(target, options));
  return new ChildSpec(planOfWorker(DistantDefinition.of(target), options));
}

/** @throws {TypeError | RangeError | ActorError} An option isn't what it should be. */
export function planOfWorker(definition: Definition | DistantDefinition, options: ChildOptions<Where> & { input?: unknown }): ChildPlan {
  checkFields(options, 'the options of child()', OPTIONS);
  const { input, host = 'local', name } = options;
  return {
    kind: 'worker', definition, ...placed(definition, input, host, options),
    name: name === undefined ? name : checkName(name), ...checkPolicy(options, DEFAULT_SHUTDOWN_MS, DEFAULT_START_MS),
  };
}

/** A nested tree is a child like others, but it is given the time that its children need. */
export function planOfTree(tree: TreeSpec, options: TreeOptions): ChildPlan {
  checkFields(options, 'the options of child() for a tree', TREE_OPTIONS);
  const { kind, definition, place } = tree;
  return { kind, definition, input: tree.input(Infinity), place, name: undefined, ...checkPolicy(options, Infinity, Infinity) };
}

type Policy = Pick<ChildPlan, 'restart' | 'shutdownMs' | 'startMs' | 'isSignificant' | 'intensity'>;

function checkPolicy(options: TreeOptions, defaultShutdownMs: number, defaultStartMs: number): Policy {
  const { restart = 'permanent', shutdown = defaultShutdownMs, start = defaultStartMs, significant = false, intensity } = options;
  checkLiteral(restart, 'restart', RESTARTS);
  if (typeof (significant as unknown) !== 'boolean') throw invalidOption('significant', significant, 'true or false');
  if (significant && restart === 'permanent') {
    throw invalidOption('significant', significant, 'false for a permanent child: it never ends for good');
  }
  return {
    restart, isSignificant: significant,
    shutdownMs: shutdown === 'kill' ? 0 : shutdown === 'infinity' ? Infinity : toMs(shutdown, 'shutdown'),
    startMs: toPositiveMs(start, 'start'),
    intensity: intensity === undefined ? undefined : checkIntensity(intensity, 'a child'),
  };
}
