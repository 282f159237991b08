import type { EntriesOf } from './state/entries.ts';
import type { Spawn, SpawnOptions } from '../core/spawn-options.ts';
import type { Unsendable } from '../core/sendable.ts';
import { CounterActor } from './state/counter-actor.ts';
import { DictActor } from './state/dict-actor.ts';
import { ListActor } from './state/list-actor.ts';
import { NamespaceActor } from './state/namespace-actor.ts';
import { StateCounter } from './state/counter.ts';
import { StateDict } from './state/dict.ts';
import { StateList, checkList } from './state/list.ts';
import { StateNamespace } from './state/namespace.ts';
import { StateValue } from './state/value.ts';
import { ValueActor } from './state/value-actor.ts';
import { checkEntries, checkNumber } from './state/handle.ts';
import { checkMakerOptions } from './maker-options.ts';
import { invalidOption } from '../core/errors.ts';
import { spawn } from '../runtime/actor-system.ts';

/** How the actor behind shared state is made: its `name`, its `host` and the rest as for any actor. */
export interface StateOptions extends SpawnOptions<'anywhere'> {
  /** Where it is made. Default: the default system; in a handler, its actor. */
  system?: { readonly spawn: Spawn };
}

/** What it is to whoever uses it: itself when its values may travel, else the sentence that says why not. */
type Checked<T, Handle> = [Unsendable<T, 'shared state'>] extends [never] ? Handle : Record<Unsendable<T, 'shared state'>, never>;

/** Makes a number that actors on any hosts count with, from `initial` on. Default 0. */
async function counter(given: StateOptions & { initial?: number } = {}): Promise<StateCounter> {
  const { initial = 0, system, ...options } = checkMakerOptions(given, 'state.counter', 'initial');
  const input = { initial: checkNumber(initial, 'initial') };
  return new StateCounter(await (system?.spawn ?? spawn)(CounterActor, { input, ...options }));
}

/** Makes a value of any kind that actors on any hosts share. */
async function value<T>(given: StateOptions & { initial: T }): Promise<Checked<T, StateValue<T>>> {
  const { initial, system, ...options } = checkMakerOptions(given, 'state.value', 'initial');
  if (!('initial' in given)) throw invalidOption('the options of state.value()', given, 'an object with `initial`');
  const ref = await (system?.spawn ?? spawn)(ValueActor, { input: { initial }, ...options });
  return new StateValue<T>(ref) as Checked<T, StateValue<T>>;
}

/** Makes values by their keys that actors on any hosts share; `initial` is an object, or a map. Default: empty. */
async function dict<T>(given: StateOptions & { initial?: EntriesOf<T> } = {}): Promise<Checked<T, StateDict<T>>> {
  const { initial = {}, system, ...options } = checkMakerOptions(given, 'state.dict', 'initial');
  const input = { initial: checkEntries(initial, 'initial') };
  return new StateDict<T>(await (system?.spawn ?? spawn)(DictActor, { input, ...options })) as Checked<T, StateDict<T>>;
}

/** Makes values in a row that actors on any hosts share. Default: empty. */
async function list<T>(given: StateOptions & { initial?: readonly T[] } = {}): Promise<Checked<T, StateList<T>>> {
  const { initial = [], system, ...options } = checkMakerOptions(given, 'state.list', 'initial');
  const input = { initial: checkList(initial, 'initial') };
  return new StateList<T>(await (system?.spawn ?? spawn)(ListActor, { input, ...options })) as Checked<T, StateList<T>>;
}

/** Makes an object whose properties actors on any hosts share, each with its own type. */
async function namespace<T extends object>(given: StateOptions & { initial: T }): Promise<Checked<T, StateNamespace<T>>> {
  const { initial, system, ...options } = checkMakerOptions(given, 'state.namespace', 'initial');
  const input = { initial: checkEntries(initial, 'initial') };
  return new StateNamespace<T>(await (system?.spawn ?? spawn)(NamespaceActor, { input, ...options })) as Checked<T, StateNamespace<T>>;
}

/**
 * Makes state that actors on any hosts share: each an actor of its own, which does one thing at a time, and a handle that may be sent anywhere. It
 * lives on the host of whoever makes it, or on `host`; made in a handler, it ends with that actor.
 *
 * - `counter()`: a number
 * - `value()`: one value of any kind
 * - `dict()`: values by their keys
 * - `list()`: values in a row
 * - `namespace()`: an object, whose properties have types of their own
 *
 * Each takes what it is at the beginning, and again when a supervisor starts it anew, as `initial`.
 *
 * @throws {TypeError | RangeError} (all as rejections) An option isn't what it should be.
 * @throws As `spawn`: its host can't be started, its `name` is taken, `initial` can't be sent.
 * @example
 * const hits = await state.dict<number>({ initial: { '/home': 10 } });
 * const home = await hits.increment('/home'); // 11
 * const all = await hits.snapshot(); // { '/home': 11 }, frozen
 * await hits[Symbol.asyncDispose]();
 */
export const state = { counter, value, dict, list, namespace } as const;
