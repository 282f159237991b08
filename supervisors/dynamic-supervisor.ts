import type { ActorDefinition } from '../core/actor.ts';
import type { AnyHost, RestartOptions, SupervisorHost } from './tree-spec.ts';
import type { AutoShutdown } from './auto-shutdown.ts';
import type { ChildOptions } from './child-spec.ts';
import type { Where } from '../core/definition.ts';
import { DistantDefinition } from '../core/distant-definition.ts';
import { HOST_OPTIONS } from '../core/host-options.ts';
import { TreeSpec, checkRestartOptions } from './tree-spec.ts';
import { checkAutoShutdown, checkSignificant } from './auto-shutdown.ts';
import { checkFields } from '../core/options.ts';
import { invalidOption } from '../core/errors.ts';
import { planOfWorker } from './child-spec.ts';

declare const brand: unique symbol;

/** A supervisor of children that are started while it runs, as data. Made by {@link dynamicSupervisor}. */
export interface DynamicTree<D> {
  readonly [brand]: { dynamic: D };
}

/** What all children of a dynamic supervisor are made of, and what happens when one ends. */
export interface DynamicSupervisorSpec<D, H = 'local'> extends RestartOptions, SupervisorHost<H> {
  /** The first part of its children's paths, when it is the root. */
  name?: string;
  child: D;
  /** How each of them is started, restarted and shut down. Their `shutdown` is one deadline for all: they stop together. */
  options?: Omit<ChildOptions<D extends ActorDefinition<infer _I, infer _H, infer W> ? W : Where>, 'name'>;
  /** How many there may be at once. Default `Infinity`. */
  maxChildren?: number;
  /** As for `supervisor()`. Default `'never'`. */
  autoShutdown?: AutoShutdown;
}

type AnyDefinition<W extends Where> = ActorDefinition<unknown, unknown, W>;

const FIELDS: ReadonlySet<string> = new Set([
  'name', 'child', 'options', 'maxChildren', 'intensity', 'backoff', 'autoShutdown', 'host', ...HOST_OPTIONS,
]);

/**
 * Describes a supervisor that begins without children: each `startChild(input)` starts one more of the same definition. One
 * that ends for good is forgotten, and so are all when the supervisor itself is restarted. They stop together.
 *
 * @throws {TypeError | RangeError} A field isn't what it should be.
 * @throws {ActorError} `TROUPE_LOCAL_ONLY`, `TROUPE_NOT_IMPORTABLE`: the definition can't be found on a host.
 * @example
 * const rooms = supervisor({
 *   children: { counters: dynamicSupervisor({ child: Counter, options: { restart: 'transient' }, maxChildren: 100 }) },
 * });
 * await using club = await run(rooms, { signals: false });
 * const lounge = await club.children.counters.startChild({ start: 0 });
 * await lounge?.ask.increment();
 */
export function dynamicSupervisor<D, const H extends AnyHost = 'local'>(
  spec: DynamicSupervisorSpec<D, H> & { child: H extends 'local' ? AnyDefinition<Where> : AnyDefinition<'anywhere'> },
): DynamicTree<D> {
  return treeOf(spec) as unknown as DynamicTree<D>;
}

function treeOf(spec: DynamicSupervisorSpec<unknown, AnyHost>): TreeSpec {
  checkFields(spec, 'the spec of a dynamic supervisor', FIELDS);
  const { name, options = {}, maxChildren = Infinity, autoShutdown = 'never' } = spec;
  for (const option of ['input', 'name']) {
    if (Object.hasOwn(options, option)) {
      throw invalidOption('options of a dynamic supervisor', option, 'options that all children share', `startChild() takes the ${option}`);
    }
  }
  if (!(Number.isInteger(maxChildren) || maxChildren === Infinity) || maxChildren < 1) {
    throw invalidOption('maxChildren', maxChildren, 'a whole number >= 1, or Infinity');
  }
  const child = planOfWorker(DistantDefinition.of(spec.child), options as ChildOptions<Where>);
  checkSignificant('the children', child, checkAutoShutdown(autoShutdown));
  return new TreeSpec('dynamic_supervisor', name, {
    strategy: 'one_for_one', ...checkRestartOptions(spec), autoShutdown, isParallel: true, children: [], template: { child, maxChildren },
  }, spec);
}
