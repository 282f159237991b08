import type { AnyActorLogic, AnyActorRef, OutputFrom, SnapshotFrom } from 'xstate';
import type { FullSnapshot } from './full-snapshot.ts';
import type { Movable, Sendable } from '../../core/sendable.ts';
import type { XStateActor } from './xstate.ts';
import { chartOf, isXStateActor } from './xstate.ts';
import { toError } from '../../core/errors.ts';

/** What stands for an actor that the machine has spawned, in a context as others see it. */
export interface ChildId { readonly id: string }

type Leaf = string | number | boolean | bigint | symbol | null | undefined | Date | RegExp | Error | ArrayBuffer | ArrayBufferView
  | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | Movable | Sendable | ((...args: never[]) => unknown);

/** A context as others see it. */
export type Shown<T> = unknown extends T ? T : T extends AnyActorRef ? ChildId : T extends Leaf ? T : { readonly [K in keyof T]: Shown<T[K]> };

type PartOf<L extends AnyActorLogic, K extends string> = SnapshotFrom<L> extends { readonly [P in K]: infer V } ? V : undefined;

/** A state that a machine can be asked about: `'open'`, `{ playing: 'fast' }`. */
export type StateOf<L extends AnyActorLogic> = SnapshotFrom<L> extends { matches(value: infer V): boolean } ? V : never;
export type TagOf<L extends AnyActorLogic> = SnapshotFrom<L> extends { hasTag(tag: infer T extends string): boolean } ? T : never;

/** What to wait for: a state, in which others may be, or tags that it has, all of them. */
export type Target<L extends AnyActorLogic> = StateOf<L> | { readonly tags: readonly TagOf<L>[] };

/** A machine between two events, as plain data: it can be sent and kept. */
export interface MachineState<L extends AnyActorLogic> {
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  /** The state's name, or `{ parent: 'child' }`; undefined for logic without states. */
  readonly value: PartOf<L, 'value'>;
  readonly context: Shown<PartOf<L, 'context'>>;
  readonly tags: readonly TagOf<L>[];
  readonly output: OutputFrom<L> | undefined;
  readonly error: Error | undefined;
  /** All that `spawn(machine, { snapshot })` goes on with; there if it was asked for. */
  readonly full?: FullSnapshot;
}

export function stateOf(actor: XStateActor): MachineState<AnyActorLogic> {
  const snapshot = actor.getSnapshot();
  const chart = chartOf(snapshot);
  const { context } = snapshot as { readonly context?: unknown };
  const { status, output, error } = snapshot;
  return {
    status, output, error: error === undefined ? undefined : toError(error), value: chart?.value,
    context: chart !== undefined && Object.keys(chart.children).length > 0 ? shown(context) : context,
    tags: [...chart?.tags ?? []] as never[],
  };
}

/** A copy where there are actors of XState's, which can't be sent. */
function shown(part: unknown, copies = new Map<object, object>()): unknown {
  if (typeof part !== 'object' || part === null) return part;
  if (isXStateActor(part)) return { id: part.id } satisfies ChildId;
  const prototype: unknown = Object.getPrototypeOf(part);
  const isArray = Array.isArray(part);
  if (!isArray && prototype !== Object.prototype && prototype !== null) return part;
  const known = copies.get(part);
  if (known !== undefined) return known;
  const copy: object = isArray ? [] : {};
  copies.set(part, copy);
  for (const [key, value] of Object.entries(part)) Object.defineProperty(copy, key, { value: shown(value, copies), writable: true, enumerable: true, configurable: true });
  return copy;
}
