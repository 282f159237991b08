import type { ActorContext } from '../../core/context.ts';
import type { AnyActorLogic } from 'xstate';
import type { Duration } from '../../core/duration.ts';
import type { StateNode } from './xstate.ts';
import { checkFields } from '../../core/options.ts';
import { invalidOption, show, toError } from '../../core/errors.ts';
import { machineOf } from './xstate.ts';
import { text } from './text.ts';
import { toPositiveMs } from '../../core/duration.ts';

/** What every logic of XState 5 has. */
const METHODS = ['transition', 'getInitialSnapshot', 'getPersistedSnapshot'] as const;

/** @throws {TypeError} It is no logic of XState 5's. */
export function checkLogic(logic: unknown): AnyActorLogic {
  const isObject = typeof logic === 'object' && logic !== null;
  if (isObject && METHODS.every((method) => typeof (logic as Record<string, unknown>)[method] === 'function')) return logic as AnyActorLogic;
  const isOlder = isObject && 'transition' in logic && 'initialState' in logic;
  const hint = isOlder ? 'this is a machine of XState 4' : undefined;
  throw invalidOption('the logic of machine()', logic, 'logic of XState 5: what setup().createMachine, fromPromise, fromTransition, fromCallback or fromObservable return', hint);
}

/** Refuses what is no event for a machine, and, if it is strict, what no state of it knows. */
export function eventCheck(logic: AnyActorLogic, isStrict: boolean): (ctx: ActorContext<unknown>, event: unknown) => void {
  const root = machineOf(logic)?.root;
  if (isStrict && root === undefined) throw invalidOption('strict of machine()', true, 'false for logic without states');
  const known = root !== undefined && isStrict ? descriptorsIn(root) : undefined;
  const exact = new Set(known);
  const prefixes = [...exact].filter((descriptor) => descriptor.endsWith('*')).map((descriptor) => descriptor.slice(0, -1));
  return (ctx, event) => {
    const type = (event as { readonly type?: unknown } | undefined | null)?.type;
    if (typeof type !== 'string' || type === '*') throw ctx.refuse('bad_event', `Cannot take ${show(event)}: an event is an object with a type`);
    if (type.startsWith('xstate.') && type !== ROUTE) throw ctx.refuse('bad_event', `Cannot take ${show(type)}: such events are XState's own`);
    if (known === undefined || exact.has(type) || prefixes.some((prefix) => `${type}.`.startsWith(prefix))) return;
    throw ctx.refuse('unknown_event', `Cannot take ${show(type)}: no state of the machine knows it`);
  };
}

/** The one of XState's own events that is for others to send. */
const ROUTE = 'xstate.route';

function descriptorsIn({ transitions, states }: StateNode): string[] {
  return [...transitions.keys(), ...Object.values(states).flatMap(descriptorsIn)];
}

/** Refuses to wait for a state, or a tag, that the machine doesn't have. */
export function targetCheck(logic: AnyActorLogic): (ctx: ActorContext<unknown>, target: unknown) => void {
  const root = machineOf(logic)?.root;
  const tags: ReadonlySet<unknown> = new Set(root && tagsIn(root));
  return (ctx, target) => {
    if (root !== undefined && (hasTags(target) ? target.tags.every((tag) => tags.has(tag)) : hasState(root, target))) return;
    throw ctx.refuse('unknown_state', `Cannot wait for ${typeof target === 'object' ? text(target) : show(target)}: the machine has no such state, or no state has such a tag`);
  };
}

/** Refuses a time that is none. In milliseconds. */
export function checkTimeout(ctx: ActorContext<unknown>, timeout: Duration): number {
  return orRefuse(ctx, () => toPositiveMs(timeout, 'the timeout of waitFor()'));
}

/** Refuses options of `snapshot` that there aren't. */
export function isFullWanted(ctx: ActorContext<unknown>, options: unknown): boolean {
  return orRefuse(ctx, () => {
    const { full = false } = checkFields(options ?? {}, 'the options of snapshot()', SNAPSHOT);
    if (typeof full === 'boolean') return full;
    throw invalidOption('full of snapshot()', full, 'true or false');
  });
}

const SNAPSHOT: ReadonlySet<string> = new Set(['full']);

/** What is wrong with what others have sent is no error of the machine's. */
function orRefuse<T>(ctx: ActorContext<unknown>, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw ctx.refuse('bad_option', toError(error).message);
  }
}

/** Whether what is waited for are tags. */
export function hasTags(target: unknown): target is { readonly tags: readonly string[] } {
  return typeof target === 'object' && target !== null && 'tags' in target && Array.isArray(target.tags);
}

function tagsIn({ tags, states }: StateNode): readonly string[] {
  return [...tags, ...Object.values(states).flatMap(tagsIn)];
}

/** Whether there is a state of that value below a node. */
export function hasState(node: StateNode, value: unknown): boolean {
  if (typeof value === 'string') {
    let at: StateNode | undefined = node;
    for (const key of value.split('.')) at = at && stateIn(at, key);
    return at !== undefined;
  }
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(([key, below]) => {
    const child = stateIn(node, key);
    return child !== undefined && (below === undefined || hasState(child, below));
  });
}

function stateIn({ states }: StateNode, key: string): StateNode | undefined {
  return Object.hasOwn(states, key) ? states[key] : undefined;
}
