/** How long a child waits before it is started again. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

export const DEFAULT_BACKOFF: Backoff = { baseMs: 50, capMs: 30_000 };

/**
 * The delay before restart `attempt` of a child, from 1: none before the first, then up to
 * `min(cap, base * 2^(attempt - 2))`, with full jitter.
 *
 * Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param chance In [0, 1).
 */
export function restartDelayMs(attempt: number, chance: number, backoff: Backoff | false): number {
  if (attempt <= 1 || backoff === false) return 0;
  return chance * Math.min(backoff.capMs, backoff.baseMs * 2 ** (attempt - 2));
}
