import type { FullSnapshot, RunRecord, Saved } from './full-snapshot.ts';
import type { Machine } from './xstate.ts';
import { ActorError, show } from '../../core/errors.ts';
import { hasState } from './checks.ts';
import { machineOf } from './xstate.ts';
import { text } from './text.ts';

/**
 * What `logic` goes on with. The delays of what an earlier life has saved itself have gone on; those of a snapshot that was asked for have stood still.
 *
 * @throws {ActorError} `TROUPE_BAD_SNAPSHOT`: `logic` can't go on with it.
 */
export function toGoOn(saved: unknown, { logic, title, now }: { readonly logic: object; readonly title: string; readonly now: number }): FullSnapshot {
  const { full, savedAt = now } = isObject(saved) ? saved as Partial<Saved> : {};
  if (!isFull(full)) throw bad(`expected what ask.snapshot({ full: true }) gives, got ${show(saved)}`);
  if (full.of !== title) throw bad(`it is of ${show(full.of)}, not of ${show(title)}`);
  checkLogic(full.snapshot, logic, []);
  const passedMs = Math.max(0, now - savedAt);
  const records = full.records.map((record) => ({
    ...record, timers: record.timers.map((timer) => ({ ...timer, leftMs: Math.max(0, timer.leftMs - passedMs) })),
  }));
  return { ...full, records };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isFull(value: unknown): value is FullSnapshot {
  if (!isObject(value)) return false;
  const { of, lastId, snapshot, records } = value as { readonly [K in keyof FullSnapshot]?: unknown };
  return typeof of === 'string' && typeof lastId === 'number' && isObject(snapshot) && Array.isArray(records) && records.every(isRecord);
}

function isRecord(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { path, inbox, postponed, timers } = value as { readonly [K in keyof RunRecord]?: unknown };
  const isPath = Array.isArray(path) && path.every((id) => typeof id === 'string');
  return isPath && areEvents(inbox) && areEvents(postponed) && Array.isArray(timers) && timers.every(isTimer);
}

function isTimer(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { event, id, leftMs, target } = value as { readonly [K in keyof RunRecord['timers'][number]]?: unknown };
  const hasTarget = isObject(target) && ('ref' in target || ('path' in target && Array.isArray(target.path)));
  return areEvents([event]) && typeof id === 'string' && typeof leftMs === 'number' && leftMs >= 0 && hasTarget;
}

function areEvents(value: unknown): boolean {
  return Array.isArray(value) && value.every((event: unknown) => isObject(event) && 'type' in event && typeof event.type === 'string');
}

const STATUSES: ReadonlySet<unknown> = new Set(['active', 'done', 'error', 'stopped']);

/** XState takes whatever it is given, and leaves out what it doesn't find. */
function checkLogic(snapshot: object, logic: object, path: readonly string[]): void {
  const { status, value, context, children = {} } = snapshot as { status?: unknown; value?: unknown; context?: unknown; children?: unknown };
  const what = ['it', ...path].join(' → ');
  if (!STATUSES.has(status)) throw bad(`${what} has the status ${show(status)}`);
  const machine = machineOf(logic);
  if (machine === undefined) {
    if (value !== undefined) throw bad(`${what} has a state, and its logic none`);
    return;
  }
  if (!hasState(machine.root, value)) throw bad(`${what} is in a state that its machine doesn't have: ${text(value)}`);
  if (!isObject(context)) throw bad(`${what} has no context`);
  if (!isObject(children)) throw bad(`${what} has children that are none`);
  for (const [id, child] of Object.entries(children)) checkChild(child, machine, [...path, id]);
}

function checkChild(child: unknown, machine: Machine, path: readonly string[]): void {
  const { src, snapshot } = isObject(child) ? child as { readonly src?: unknown; readonly snapshot?: unknown } : {};
  const logic = typeof src === 'string' ? machine.implementations.actors[src] ?? invoked(machine, src) : undefined;
  const what = path.join(' → ');
  if (!isObject(logic)) throw bad(`the logic of its child ${what}, ${show(src)}, is not registered in setup()`);
  if (!isObject(snapshot)) throw bad(`its child ${what} has no snapshot`);
  checkLogic(snapshot, logic, path);
}

/** The logic that stands in a state itself: XState calls it by the state and its place there. */
function invoked(machine: Machine, src: string): unknown {
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
