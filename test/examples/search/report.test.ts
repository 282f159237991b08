import { describe, expect, it } from 'vitest';
import { compareChecksums, compareTimes, describeQueries } from '../../../examples/search/report.ts';

const REFERENCE = { checksum: 'aa', passes: 3, seconds: 5 };

describe('compareTimes', () => {
  it('tells both times and their ratio', () => {
    expect(compareTimes(REFERENCE, { seconds: 4 })).toContain('4.00 s by actors, 5.00 s by one thread: ratio 0.80');
  });
});

describe('compareChecksums', () => {
  it('says that checksums are the same', () => {
    expect(compareChecksums(REFERENCE, { checksum: 'aa' })).toMatchObject({ isIdentical: true });
  });

  it('says that checksums differ', () => {
    const { text, isIdentical } = compareChecksums(REFERENCE, { checksum: 'ab' });

    expect(isIdentical).toBe(false);
    expect(text).toContain('ab by actors, aa by one thread: DIFFERENT');
  });
});

describe('describeQueries', () => {
  it('gives three queries, the last of two words', () => {
    expect(describeQueries('http://x', ['a', 'b', 'c', 'd']).split('\n')).toEqual([
      'Try', '  http://x/search?q=a', '  http://x/search?q=b', '  http://x/search?q=c+d',
    ]);
  });

  it('gives none for an empty index', () => {
    expect(describeQueries('http://x', [])).toBe('Try');
  });
});
