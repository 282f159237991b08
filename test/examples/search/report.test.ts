import { describe, expect, it } from 'vitest';
import { compareChecksums, compareTimes, describeIndex, describeQueries } from '../../../examples/search/report.ts';

const REFERENCE = { checksum: 'aa', passes: 3, seconds: 5 };

describe('describeIndex', () => {
  const progress = { files: 12, megabytes: 3, seconds: 2 };
  const stats = { files: 5, bytes: 3e6, words: 7, postings: 9 };

  it('counts what was read, and says what could not be', () => {
    expect(describeIndex(progress, stats, 0.5, { files: 1, times: 2 }).split('\n')).toEqual([
      '1 file could not be read',
      'Indexed 10 files, 3.0 MB in 2.00 s: 5 files/s, 1.5 MB/s (start-up: 0.50 s more)',
      'The index has 7 words in 9 postings',
    ]);
  });

  it('says nothing of unreadable files when there are none', () => {
    expect(describeIndex(progress, stats, 0.5, { files: 0, times: 0 })).not.toContain('read');
  });
});

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
