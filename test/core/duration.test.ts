import { describe, expect, it } from 'vitest';
import type { Duration } from '../../index.ts';
import { toMs, toPositiveMs } from '../../core/duration.ts';

describe('a duration', () => {
  it.each([[0, 0], [1.5, 1.5], [Infinity, Infinity], ['200ms', 200], ['5s', 5_000], ['1.5m', 90_000], ['2h', 7_200_000]] as const)(
    '%s is %s ms', (duration, ms) => expect(toMs(duration, 'timeout')).toBe(ms),
  );

  it.each([-1, Number.NaN, '200 ms', '-1s', '0x1ms', '5', '', null, {}])('%s is refused, and the text shows it', (value) => {
    const refused = (): number => toMs(value as Duration, 'timeout');

    expect(refused).toThrow(RangeError);
    expect(refused).toThrow(/Cannot use timeout: expected .*, got (-1|NaN|".*"|null|an object)/);
  });

  it('of a wait is more than nothing', () => {
    expect(() => toPositiveMs(0, 'timeout')).toThrow('Cannot use timeout: expected a duration > 0, got 0');
  });
});
