import { describe, expect, it } from 'vitest';
import type { ByteSize } from '../../core/byte-size.ts';
import { toBytes } from '../../core/byte-size.ts';

describe('a size', () => {
  it.each([[1, 1], [65_536, 65_536], ['1KB', 1_024], ['1.5KB', 1_536], ['64MB', 67_108_864], ['2GB', 2_147_483_648]] as const)(
    '%s is %s bytes', (size, bytes) => expect(toBytes(size, 'maxFrame')).toBe(bytes),
  );

  it.each([0, -1, 1.5, Number.NaN, Infinity, '64 MB', '-1MB', '0MB', '5', '5mb', '', null, {}])(
    '%s is refused, and the text shows it', (value) => {
      const refused = (): number => toBytes(value as ByteSize, 'maxFrame');

      expect(refused).toThrow(expect.objectContaining({ name: 'TypeError', code: 'TROUPE_INVALID_OPTION' }));
      expect(refused).toThrow(/Cannot use maxFrame: expected .*, got (-?\d|NaN|Infinity|".*"|null|an object)/);
    },
  );
});
