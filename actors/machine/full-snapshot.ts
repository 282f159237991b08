import type { EventObject, Snapshot } from 'xstate';
import type { MachineSystem } from './machine-system.ts';
import type { XStateActor } from './xstate.ts';
import { ActorError, show } from '../../core/errors.ts';
import { chartOf, machineOf, snapshotOf } from './xstate.ts';

/** Whom a delayed event is for: one of the machine, by the ids that lead to it, or a ref. */
export type Address = { readonly path: readonly string[] } | { readonly ref: unknown };

/** What one logic of a machine still has before it: events in the order in which they come, and delays. */
export interface RunRecord {
  readonly path: readonly string[];
  readonly inbox: readonly EventObject[];
  readonly postponed: readonly EventObject[];
  readonly timers: readonly { readonly event: EventObject; readonly id: string; readonly leftMs: number; readonly target: Address }[];
}

/** All that a machine is, to go on with: XState's own snapshot, and what that lacks. */
export interface FullSnapshot {
  readonly snapshot: Snapshot<unknown>;
  readonly records: readonly RunRecord[];
}

/** The first child that no snapshot can bring back; undefined if there is none. */
export function unrestorable(actor: XStateActor): string | undefined {
  const { id } = actor;
  for (const child of Object.values(chartOf(snapshotOf(actor))?.children ?? {})) {
    if (child === undefined) continue;
    if (typeof child.src !== 'string') return `${id} → ${child.id}`;
    const below = unrestorable(child);
    if (below !== undefined) return `${id} → ${below}`;
  }
  return undefined;
}

/** @param what What {@link unrestorable} has found. */
export function noName(what: string): string {
  return `Cannot take a full snapshot: the logic of ${what} has no name to find it by; register it in setup({ actors })`;
}

export function fullSnapshot(system: MachineSystem): FullSnapshot {
  const { actor } = system.root;
  return {
    snapshot: actor.getPersistedSnapshot(),
    records: system.all.map(({ record }) => record).filter(({ inbox, postponed, timers }) => inbox.length + postponed.length + timers.length > 0),
  };
}

/** What a life has saved for the next one. */
export interface Saved {
  readonly full: FullSnapshot;
  /** In milliseconds since 1970. */
  readonly savedAt: number;
}

/**
 * What `logic` goes on with. The delays of what an earlier life has saved itself have gone on; those of a snapshot that was asked for have stood still.
 *
 * @throws {ActorError} `TROUPE_BAD_SNAPSHOT`: `logic` can't go on with it.
 */
export function toGoOn(saved: unknown, logic: object, now: number): FullSnapshot {
  const { full, savedAt = now } = typeof saved === 'object' && saved !== null ? saved as Partial<Saved> : {};
  if (!isFull(full)) throw bad(`expected what ask.snapshot({ full: true }) gives, got ${show(saved)}`);
  checkChildren(full.snapshot, logic, []);
  const passedMs = Math.max(0, now - savedAt);
  const records = full.records.map((record) => ({
    ...record, timers: record.timers.map((timer) => ({ ...timer, leftMs: Math.max(0, timer.leftMs - passedMs) })),
  }));
  return { ...full, records };
}

function isFull(value: unknown): value is FullSnapshot {
  return typeof value === 'object' && value !== null && 'snapshot' in value && 'records' in value && Array.isArray(value.records) && value.records.every(isRecord)
    && typeof value.snapshot === 'object' && value.snapshot !== null && 'status' in value.snapshot;
}

function isRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { path, inbox, postponed, timers } = value as { readonly [K in keyof RunRecord]?: unknown };
  const isPath = Array.isArray(path) && path.every((id) => typeof id === 'string');
  return isPath && areEvents(inbox) && areEvents(postponed) && Array.isArray(timers) && timers.every(isTimer);
}

function isTimer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { event, id, leftMs, target } = value as { readonly [K in keyof RunRecord['timers'][number]]?: unknown };
  const hasTarget = typeof target === 'object' && target !== null && ('ref' in target || ('path' in target && Array.isArray(target.path)));
  return areEvents([event]) && typeof id === 'string' && typeof leftMs === 'number' && leftMs >= 0 && hasTarget;
}

function areEvents(value: unknown): boolean {
  return Array.isArray(value) && value.every((event: unknown) => (
    typeof event === 'object' && event !== null && 'type' in event && typeof event.type === 'string'
  ));
}

interface Persisted {
  readonly status?: unknown;
  readonly value?: unknown;
  readonly children?: Readonly<Record<string, { readonly src: unknown; readonly snapshot: object }>>;
}

/** XState leaves out what it doesn't find. */
function checkChildren(snapshot: Persisted, logic: object, path: readonly string[]): void {
  const machine = machineOf(logic);
  if (machine === undefined) return;
  if (snapshot.value === undefined) throw bad(`${['it', ...path].join(' → ')} is not of a machine`);
  for (const [id, { src, snapshot: below }] of Object.entries(snapshot.children ?? {})) {
    const here = [...path, id];
    const child = typeof src === 'string' ? machine.implementations.actors[src] ?? invoked(machine, src) : undefined;
    if (typeof child !== 'object' || child === null) throw bad(`the logic of its child ${here.join(' → ')}, ${show(src)}, is not registered in setup()`);
    checkChildren(below, child, here);
  }
}

/** The logic that stands in a state itself: XState calls it by the state and its place there. */
function invoked(machine: NonNullable<ReturnType<typeof machineOf>>, src: string): unknown {
  const [, index = '', id = ''] = /^xstate\.invoke\.(\d+)\.(.*)$/.exec(src) ?? [];
  if (id === '') return undefined;
  try {
    const all = [machine.getStateNodeById(id).config.invoke ?? []].flat() as readonly { readonly src?: unknown }[];
    return all[Number(index)]?.src;
  } catch {
    return undefined;
  }
}

/** @param cause What XState says of it. */
export function bad(why: string, cause?: unknown): ActorError {
  return new ActorError('TROUPE_BAD_SNAPSHOT', `Cannot go on from this snapshot: ${why}`, cause === undefined ? {} : { cause });
}
