import type { Restart } from '../core/restart.ts';

/** Whom a child's failure affects: the child alone, all, or those that were started after it. */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one';

/** The children, in start order, that a restart of `failed` takes along, itself among them. A retry looks anew. */
export function affectedBy<C>(strategy: Strategy, failed: C, children: readonly C[]): readonly C[] {
  switch (strategy) {
    case 'one_for_one': return [failed];
    case 'one_for_all': return [...children];
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
