import type { ActorRef } from '../core/actor-ref.ts';
import type { Intensity } from '../core/restart-intensity.ts';
import type { Restart } from '../core/restart.ts';
import type { RunningChild } from './running-child.ts';

/** A child, as `whichChildren()` shows it. */
export interface ChildInfo {
  readonly key: string;
  readonly type: 'worker' | 'supervisor';
  /** `restarting`: it has failed, and waits for its restart, or is in it. `stopped`: its spec is kept, without an actor. */
  readonly status: 'running' | 'restarting' | 'stopped';
  /** While it is running. */
  readonly ref?: ActorRef<object>;
}

/** What `countChildren()` says: specs, and how many of them are of which type; `active` are those that are running. */
export interface ChildCounts {
  readonly specs: number;
  readonly active: number;
  readonly supervisors: number;
  readonly workers: number;
}

/** How a child is started, restarted and shut down: its options, with what they are by default. Times are in milliseconds. */
export interface ChildSpecInfo {
  readonly key: string;
  readonly type: 'worker' | 'supervisor';
  readonly host: 'local' | 'thread' | 'process';
  readonly restart: Restart;
  readonly shutdown: number | 'kill' | 'infinity';
  /** `Infinity` is without limit. */
  readonly start: number;
  readonly significant: boolean;
  /** Of its own. */
  readonly intensity?: { readonly restarts: number; readonly within: number };
}

export function infoOf({ key, plan, status, ref }: RunningChild): ChildInfo {
  const type = plan.kind === 'worker' ? 'worker' : 'supervisor';
  switch (status) {
    case 'running':
    case 'stopping': return { key, type, status: 'running', ref };
    case 'stopped':
    case 'restarting': return { key, type, status };
  }
}

export function countsOf(children: readonly RunningChild[]): ChildCounts {
  const workers = children.filter(({ plan }) => plan.kind === 'worker').length;
  const active = children.filter((child) => infoOf(child).status === 'running').length;
  return { specs: children.length, active, supervisors: children.length - workers, workers };
}

export function specOf({ key, plan }: RunningChild): ChildSpecInfo {
  const { kind, place, restart, shutdownMs, startMs: start, isSignificant: significant, intensity } = plan;
  const shutdown = shutdownMs === 0 ? 'kill' : shutdownMs === Infinity ? 'infinity' : shutdownMs;
  const info = { key, type: kind === 'worker' ? 'worker' : 'supervisor', host: place.kind, restart, shutdown, start, significant } as const;
  return intensity === undefined ? info : { ...info, intensity: budgetOf(intensity) };
}

function budgetOf({ maxRestarts: restarts, withinMs: within }: Intensity): { restarts: number; within: number } {
  return { restarts, within };
}
