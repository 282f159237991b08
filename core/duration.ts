import { invalidDuration } from './errors.ts';

/**
 * A time: a number of milliseconds, `Infinity` included, or a number with a unit (`'200ms'`, `'5s'`, `'1m'`, `'1h'`).
 * The type lets some odd texts pass (`'200 ms'`, `'-1s'`), so durations are checked again when used.
 */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h'}`;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const TEXT = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;

/**
 * The duration in milliseconds, `>= 0`; `Infinity` means no limit.
 *
 * @param option The option's name, for the error text.
 * @throws {RangeError} Not a duration. Its `code` is `TROUPE_INVALID_DURATION`.
 */
export function toMs(duration: Duration, option: string): number {
  if (typeof duration === 'number' && duration >= 0) return duration;
  if (typeof duration === 'string') {
    const match = TEXT.exec(duration);
    if (match !== null) return Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN);
  }
  throw invalidDuration(option, duration, 'milliseconds >= 0 or a text like "200ms", "5s", "1m", "1h"');
}

/** Like {@link toMs}, for a wait that must have room: `> 0`. */
export function toPositiveMs(duration: Duration, option: string): number {
  const ms = toMs(duration, option);
  if (ms > 0) return ms;
  throw invalidDuration(option, duration, 'a duration > 0');
}
