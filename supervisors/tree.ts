import type { ActorDefinition } from '../core/actor.ts';
import type { AutoShutdown } from './auto-shutdown.ts';
import type { Child } from './child-spec.ts';
import type { ChildPlan } from './plan.ts';
import type { DynamicTree } from './dynamic-supervisor.ts';
import type { AnyHost, RestartOptions, SupervisorHost } from './tree-spec.ts';
import type { Strategy } from './strategy.ts';
import { ChildSpec, planOfTree } from './child-spec.ts';
import { Definition, refuseReservedName } from '../core/definition.ts';
import { HOST_OPTIONS } from '../core/host-options.ts';
import { TreeSpec, checkRestartOptions } from './tree-spec.ts';
import { checkAutoShutdown, checkSignificant } from './auto-shutdown.ts';
import { checkFields, checkLiteral, checkObject } from '../core/options.ts';
import { invalidOption } from '../core/errors.ts';

declare const brand: unique symbol;

/** A supervisor and all below it, as data. Made by {@link supervisor}. */
export interface Tree<C> {
  readonly [brand]: { tree: C };
}

/** What may stand in `children`. */
export type AnyChild = Child<unknown> | Tree<unknown> | DynamicTree<unknown>;

/** A supervisor's children, and what happens when one ends. */
export interface SupervisorSpec<C, H = 'local'> extends RestartOptions, SupervisorHost<H> {
  /** The first part of its children's paths, when it is the root. */
  name?: string;
  /**
   * Whom a child's failure affects: `'one_for_one'` the child alone, `'one_for_all'` all children, `'rest_for_one'` those that
   * were started after it. They are stopped in reverse order, then started again. Default `'one_for_one'`.
   */
  strategy?: Strategy;
  /**
   * When the supervisor ends, with the reason `shutdown`, because children that are `significant` have ended by themselves and
   * aren't restarted: after the first, or after the last one alive. Default `'never'`.
   */
  autoShutdown?: AutoShutdown;
  /** `'parallel'` starts children all at once. Default `'sequential'`: each when those before it are up. */
  start?: 'sequential' | 'parallel';
  /** Started in this order, stopped in the reverse one. */
  children: C;
}

type IsLocal<D> = D extends ActorDefinition<infer _I, infer _H, infer W> ? 'anywhere' extends W ? false : true
  : D extends Tree<infer C> ? true extends { [K in keyof C]: IsLocal<C[K]> }[keyof C] ? true : false
    : D extends DynamicTree<infer D2> ? IsLocal<D2>
      : D extends Child<infer D2> ? IsLocal<D2> : false;

/** Said of a child whose definition can't be found on its supervisor's host. */
type Movable<C> = {
  readonly [K in keyof C]: IsLocal<C[K]> extends true ? 'a definition below it is local only: actor(import.meta, { ... })' : C[K];
};

const FIELDS: ReadonlySet<string> = new Set([
  'name', 'strategy', 'intensity', 'backoff', 'autoShutdown', 'start', 'children', 'host', ...HOST_OPTIONS,
]);
const STRATEGIES: readonly Strategy[] = ['one_for_one', 'one_for_all', 'rest_for_one'];
const STARTS = ['sequential', 'parallel'] as const;

/**
 * Describes a supervisor: its children, and what happens when one ends. Run it with `run`, or make it a child of another
 * one.
 *
 * @throws {TypeError | RangeError} A field isn't what it should be.
 * @throws {NotSendableError} It lives on another host, and the input of a child below it isn't plain data.
 * @throws {ActorError} `TROUPE_RESERVED_NAME`: a child's key. `TROUPE_LOCAL_ONLY`, `TROUPE_NOT_IMPORTABLE`: a definition below it
 *   can't be found on its host.
 * @example
 * const shop = supervisor({
 *   name: 'shop',
 *   strategy: 'rest_for_one',
 *   intensity: { restarts: 10, within: '60s' },
 *   children: {
 *     visits: child(Counter, { input: { start: 0 }, host: 'thread', shutdown: '1s' }),
 *     inner: supervisor({ children: { hits: child(Counter, { input: { start: 0 } }) } }),
 *   },
 * });
 */
// The union is written out: the compiler's text then says what a child may be.
export function supervisor<C extends Record<string, Child<unknown> | Tree<unknown> | DynamicTree<unknown>>, const H extends AnyHost = 'local'>(
  spec: SupervisorSpec<C, H> & (H extends 'local' ? unknown : { children: Movable<C> }),
): Tree<C> {
  return treeOf(spec) as unknown as Tree<C>;
}

function treeOf(spec: SupervisorSpec<unknown, AnyHost>): TreeSpec {
  checkFields(spec, 'the spec of a supervisor', FIELDS);
  const { name, strategy = 'one_for_one', autoShutdown = 'never', start = 'sequential', children } = spec;
  checkLiteral(strategy, 'strategy', STRATEGIES);
  const plan = {
    strategy, ...checkRestartOptions(spec), autoShutdown: checkAutoShutdown(autoShutdown),
    isParallel: checkLiteral(start, 'start of a supervisor', STARTS) === 'parallel',
    children: Object.entries(checkObject(children, 'children of a supervisor')).map(([key, given]) => [key, checkChild(key, given)] as const),
    template: undefined,
  };
  for (const [key, each] of plan.children) checkSignificant(`child "${key}"`, each, plan.autoShutdown);
  checkNames(plan.children);
  return new TreeSpec('supervisor', name, plan, spec);
}

/** @throws {TypeError | ActorError} `given` can't be the child `key`. */
export function checkChild(key: string, given: unknown): ChildPlan {
  refuseReservedName(key, 'a child');
  if (key.includes('/')) throw invalidOption('the key of a child', key, 'a text without "/"');
  if (given instanceof ChildSpec) return given.plan;
  if (given instanceof TreeSpec) return planOfTree(given, {});
  const hint = given instanceof Definition ? 'wrap it, child(Orders, { … })' : undefined;
  throw invalidOption(`child "${key}"`, given, 'what child() or supervisor() returns', hint);
}

function checkNames(children: readonly (readonly [string, ChildPlan])[]): void {
  const names = new Set<string>();
  for (const [key, { name }] of children) {
    if (name === undefined) continue;
    if (names.has(name)) throw invalidOption(`name of child "${key}"`, name, 'a name that no other child has');
    names.add(name);
  }
}
