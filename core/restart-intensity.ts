import type { Duration } from './duration.ts';
import { checkFields } from './options.ts';
import { invalidOption } from './errors.ts';
import { toPositiveMs } from './duration.ts';

/** With backoff: survives an outage of about 13 s. */
export const PATIENT = { restarts: 10, within: '60s' } as const;

/** How many restarts in how long a supervisor takes before it gives up; for a set of hosts likewise. */
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

/** @throws {TypeError | RangeError} `intensity` isn't `{ restarts, within }`. */
export function checkIntensity(intensity: unknown, whose: string): Intensity {
  const { restarts, within } = checkFields(intensity, `intensity of ${whose}`, FIELDS);
  if (typeof restarts !== 'number' || !Number.isInteger(restarts) || restarts < 0) {
    throw invalidOption('intensity.restarts', restarts, 'a whole number >= 0');
  }
  return { maxRestarts: restarts, withinMs: toPositiveMs(within as Duration, 'intensity.within') };
}

const FIELDS: ReadonlySet<string> = new Set(['restarts', 'within']);
