import type { ActorRef } from '../../core/actor-ref.ts';
import type { Party } from './party.ts';
import { isSame } from './party.ts';

/** What locks tell each other about a circle. */
export interface CircleApi {
  confirm(circle: readonly Edge[], at: number): void;
  breakUp(circle: readonly Edge[]): void;
}

/** Somebody waits at a lock for somebody who holds it. */
export interface Edge {
  readonly lock: ActorRef<CircleApi>;
  readonly lockName: string;
  readonly waiter: Party;
  /** Which wait that is, of all at this lock. */
  readonly wait: number;
  /** When it began, in milliseconds since 1970. */
  readonly since: number;
  readonly holder: Party;
  /** Which of all holdings of this lock. */
  readonly hold: number;
}

/** What a path becomes with one more edge: a path on which more may follow, or a circle; undefined if it leads to a circle that it isn't part of. */
export function extend(path: readonly Edge[], edge: Edge): { readonly isCircle: boolean; readonly edges: readonly Edge[] } | undefined {
  const edges = [...path, edge];
  const met = edges.findIndex(({ waiter }) => isSame(waiter, edge.holder));
  // Those who are in that one find it themselves.
  return met > 0 ? undefined : { isCircle: met === 0, edges };
}

/** A circle from the one on that has waited for the shortest time: the same one, wherever it was found. */
export function fromYoungest(circle: readonly Edge[]): readonly Edge[] {
  const youngest = circle.reduce((a, b) => b.since > a.since || (b.since === a.since && keyOf(b) > keyOf(a)) ? b : a);
  const at = circle.indexOf(youngest);
  return [...circle.slice(at), ...circle.slice(0, at)];
}

/** `['a', 'lock-1', 'b', 'lock-2', 'a']`. */
export function pathOf(circle: readonly Edge[]): string[] {
  const names = circle.flatMap(({ waiter, lockName }) => [waiter.name, lockName]);
  return [...names, circle[0]?.waiter.name ?? ''];
}

function keyOf({ waiter, lockName, wait }: Edge): string {
  return `${waiter.name} ${lockName} ${wait}`;
}
