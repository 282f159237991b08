import { describe, expect, it } from 'vitest';
import { compare, describeServer } from '../../../examples/search/report.ts';

const REFERENCE = { checksum: 'aa', passes: 3, seconds: 5 };

describe('compare', () => {
  it('tells both times and their ratio', () => {
    const { text, isIdentical } = compare(REFERENCE, { checksum: 'aa', seconds: 4 });

    expect(isIdentical).toBe(true);
    expect(text).toContain('4.00 s by actors, 5.00 s by one thread: ratio 0.80');
  });

  it('says that checksums differ', () => {
    const { text, isIdentical } = compare(REFERENCE, { checksum: 'ab', seconds: 4 });

    expect(isIdentical).toBe(false);
    expect(text).toContain('ab by actors, aa by one thread: DIFFERENT');
  });
});

describe('describeServer', () => {
  it('gives three queries, the last of two words', () => {
    expect(describeServer('http://x', ['a', 'b', 'c', 'd']).split('\n')).toEqual([
      'Listening on http://x', '  http://x/search?q=a', '  http://x/search?q=b', '  http://x/search?q=c+d',
    ]);
  });

  it('gives none for an empty index', () => {
    expect(describeServer('http://x', [])).toBe('Listening on http://x');
  });
});
