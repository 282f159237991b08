import type { ExitReason } from '../core/exit-reason.ts';
import { isAbnormal } from '../core/exit-reason.ts';

/** Whether a child that ended is started again: always, after a failure, never. */
export type Restart = 'permanent' | 'transient' | 'temporary';

/** Whom a child's failure affects: the child alone, all, or those that were started after it. */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one';

/** Whether a child that ended for `reason` is started again. */
export function shouldRestart(restart: Restart, reason: ExitReason): boolean {
  switch (restart) {
    case 'permanent': return true;
    case 'transient': return isAbnormal(reason);
    case 'temporary': return false;
  }
}

/** The children, in start order, that a restart of `failed` takes along, itself among them. A retry looks anew. */
export function affectedBy<C>(strategy: Strategy, failed: C, children: readonly C[]): readonly C[] {
  switch (strategy) {
    case 'one_for_one': return [failed];
    case 'one_for_all': return children;
    case 'rest_for_one': return children.slice(children.indexOf(failed));
  }
}

/** Whom a restart stops first, in this order. */
export function toStop<C>(affected: readonly C[], failed: C): readonly C[] {
  return affected.filter((child) => child !== failed).toReversed();
}

/** Whom it starts then, in this order: temporary children are gone for good. */
export function toStart<C extends { readonly restart: Restart }>(affected: readonly C[]): readonly C[] {
  return affected.filter(({ restart }) => restart !== 'temporary');
}

/** Whether the spec of a child that was stopped by hand, or has ignored its start, is kept, so that it can be started again. */
export function keepsSpec(restart: Restart): boolean {
  return restart !== 'temporary';
}
