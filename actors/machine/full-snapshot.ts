import type { EventObject, Snapshot } from 'xstate';
import type { LogicRun } from './logic-run.ts';
import type { MachineSystem } from './machine-system.ts';
import { chartOf, snapshotOf } from './xstate.ts';

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
  /** What its actors are called: no other machine goes on with it. */
  readonly of: string;
  /** The last of the numbers that were given to those who have no id of their own. */
  readonly lastId: number;
  readonly snapshot: Snapshot<unknown>;
  readonly records: readonly RunRecord[];
}

/** Why no snapshot could bring all of it back; undefined if one could. */
export function whyUnrestorable(system: MachineSystem, run = system.root): string | undefined {
  const named = chartOf(snapshotOf(run.actor))?.children ?? {};
  for (const child of system.childrenOf(run)) {
    const why = named[child.actor.id] === child.actor ? whyNameless(child) ?? whyUnrestorable(system, child)
      : 'was spawned without an id, and can be found by none';
    if (why !== undefined) return `${run.actor.id} → ${child.actor.id} ${why}`;
  }
  return undefined;
}

function whyNameless({ actor: { src } }: LogicRun): string | undefined {
  return typeof src === 'string' ? undefined : 'runs logic that has no name to find it by: register it in setup({ actors })';
}

export function fullSnapshot(system: MachineSystem, of: string): FullSnapshot {
  return {
    of, lastId: system.lastId,
    snapshot: system.root.actor.getPersistedSnapshot(),
    records: system.all.map(({ record }) => record).filter(({ inbox, postponed, timers }) => inbox.length + postponed.length + timers.length > 0),
  };
}

/** What a life has saved for the next one. */
export interface Saved {
  readonly full: FullSnapshot;
  /** In milliseconds since 1970. */
  readonly savedAt: number;
}
