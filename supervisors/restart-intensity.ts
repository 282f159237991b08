/** How many restarts in how long a supervisor takes before it gives up. */
export interface Intensity {
  readonly maxRestarts: number;
  readonly withinMs: number;
}

/** The restarts, newest first, that still count at `nowMs`: those in the window, its edge included. */
export function restartsThatCount(times: readonly number[], nowMs: number, withinMs: number): readonly number[] {
  const tooOld = times.findIndex((time) => time < nowMs - withinMs);
  return tooOld === -1 ? times : times.slice(0, tooOld);
}

/**
 * One more restart at `nowMs`. Every attempt counts, also one that fails.
 *
 * Semantics: `add_restart` of OTP's supervisor, on a clock in milliseconds.
 */
export function addRestart(
  times: readonly number[], nowMs: number, { maxRestarts, withinMs }: Intensity,
): { readonly times: readonly number[]; readonly isAllowed: boolean } {
  const counted = [nowMs, ...restartsThatCount(times, nowMs, withinMs)];
  return { times: counted, isAllowed: counted.length <= maxRestarts };
}
