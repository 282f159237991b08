import type { Intensity } from '../core/restart-intensity.ts';
import { addRestart, restartsThatCount } from '../core/restart-intensity.ts';

/** How many restarts are allowed, and when those that count were, newest first. */
export interface Budget {
  readonly limit: Intensity;
  readonly times: readonly number[];
}

/** What is left of the budgets after one more restart. */
export interface Spending {
  readonly shared: readonly number[];
  readonly own: readonly number[];
  /** The first budget that doesn't allow it. */
  readonly exceeded: Budget | undefined;
}

/**
 * One more restart of a child at `nowMs`. It costs its supervisor's budget a unit, and its own if it has one; each must allow it.
 *
 * @param isPaid Whether the event behind it has cost the shared budget its unit already: the end of one host is one event.
 */
export function spend(shared: Budget, own: Budget | undefined, nowMs: number, isPaid: boolean): Spending {
  const ofAll = isPaid ? { times: restartsThatCount(shared.times, nowMs, shared.limit.withinMs), isAllowed: true }
    : addRestart(shared.times, nowMs, shared.limit);
  const ofChild = own === undefined ? { times: [], isAllowed: true } : addRestart(own.times, nowMs, own.limit);
  const exceeded = !ofAll.isAllowed ? { ...shared, times: ofAll.times }
    : own !== undefined && !ofChild.isAllowed ? { ...own, times: ofChild.times } : undefined;
  return { shared: ofAll.times, own: ofChild.times, exceeded };
}
