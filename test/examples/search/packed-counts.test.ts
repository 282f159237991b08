import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../../../examples/search/packed-counts.ts';

const FILES = [
  { file: 'empty.md', bytes: 0, words: [], counts: [] },
  { file: 'a.md', bytes: 12, words: ['the', 'cat'], counts: [4, 1] },
  { file: 'blank.ts', bytes: 3, words: [], counts: [] },
  { file: 'b.js', bytes: 7, words: ['the'], counts: [70_000] },
];

describe('packed counts', () => {
  it.each([0, 1, 2, 3, 4])('gives the first %i files back as they were', (n) => {
    const files = FILES.slice(0, n);

    const unpacked = [...unpack(pack(files))].map((each) => ({ ...each, counts: Array.from(each.counts) }));

    expect(unpacked).toEqual(files);
  });
});
