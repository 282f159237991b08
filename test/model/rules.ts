import type { Budget, Plan } from './plan.ts';

// What both models of supervisors go by.

const BACKOFF_BASE_MS = 50;
const BACKOFF_CAP_MS = 30_000;

/** The table of restart types. */
export function isRestarted(restart: Plan['restart'], reason: string): boolean {
  switch (restart) {
    case 'permanent': return true;
    case 'transient': return isAbnormal(reason);
    case 'temporary': return false;
  }
}

export function isAbnormal(reason: string): boolean {
  return reason !== 'normal' && reason !== 'shutdown';
}

/** Both edges of the window count. */
export function within(times: readonly number[], now: number, { withinMs }: Budget): readonly number[] {
  return times.filter((time) => time >= now - withinMs);
}

/** At once the first time, then `min(cap, base * 2^(n-1))` with full jitter. @param n From 0. */
export function backoffMs(n: number, chance: number): number {
  return n === 0 ? 0 : chance * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (n - 1));
}

export function limitOf({ shutdown }: Plan): number {
  return shutdown === 'kill' ? 0 : shutdown === 'infinity' ? Infinity : shutdown;
}
