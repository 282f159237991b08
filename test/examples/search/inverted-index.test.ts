import { describe, expect, it } from 'vitest';
import { InvertedIndex } from '../../../examples/search/inverted-index.ts';
import { countWords } from '../../../examples/search/tokenise.ts';

type Texts = Readonly<Record<string, string>>;

function indexOf(texts: Texts, index = new InvertedIndex()): InvertedIndex {
  for (const [file, text] of Object.entries(texts)) index.add({ file, bytes: text.length, ...countWords(text) });
  return index;
}

const TEXTS = { 'a.md': 'red green green', 'b.md': 'green blue', 'c.md': 'blue sky, blue sea' };

describe('InvertedIndex', () => {
  it('finds the files that have a word, with its count', () => {
    const { total, results } = indexOf(TEXTS).search(['green'], 10);

    expect(total).toBe(2);
    expect(results).toMatchObject([{ file: 'a.md', counts: { green: 2 } }, { file: 'b.md', counts: { green: 1 } }]);
  });

  it('ranks rare words and short files first', () => {
    const texts = { 'long.md': 'rare and many more words', 'short.md': 'rare', 'x.md': 'and', 'y.md': 'and' };

    const { results } = indexOf(texts).search(['rare', 'and'], 10);

    expect(results[0]?.file).toBe('short.md');
  });

  it('gives no more results than asked for, and says how many there are', () => {
    const { total, results } = indexOf(TEXTS).search(['green', 'blue'], 1);

    expect([total, results.length]).toEqual([3, 1]);
  });

  it('finds nothing for an unknown word', () => {
    expect(indexOf(TEXTS).search(['constructor'], 10)).toEqual({ total: 0, results: [] });
  });

  it('replaces a file that is added again', () => {
    const index = indexOf(TEXTS);
    index.search(['green'], 1);

    indexOf({ 'a.md': 'yellow' }, index);

    expect(index.search(['red'], 10).total).toBe(0);
    expect(index.search(['yellow'], 10).total).toBe(1);
    expect(index.stats()).toEqual({ files: 3, bytes: 34, words: 5, postings: 6 });
    expect(index.checksum()).toBe(indexOf({ ...TEXTS, 'a.md': 'yellow' }).checksum());
  });

  it('suggests words that find something', () => {
    const index = indexOf({ 'a.md': 'supervisor the', 'b.md': 'supervisor the', 'c.md': 'the x1', 'd.md': 'the' });

    expect(index.examples(1)).toEqual(['supervisor']);
  });

  it('is empty at first', () => {
    const index = new InvertedIndex();

    expect(index.stats()).toEqual({ files: 0, bytes: 0, words: 0, postings: 0 });
    expect(index.examples(3)).toEqual([]);
  });
});

describe('checksum', () => {
  it('does not depend on the order in which files were added, nor on how often', () => {
    const reversed = Object.fromEntries(Object.entries(TEXTS).toReversed());

    expect(indexOf(TEXTS, indexOf(reversed)).checksum()).toBe(indexOf(TEXTS).checksum());
  });

  it.each<[string, Texts]>([
    ['count', { ...TEXTS, 'b.md': 'green blue blue' }],
    ['word', { ...TEXTS, 'b.md': 'green teal' }],
    ['file', { ...TEXTS, 'd.md': 'green' }],
    ['pairing of words and files', { ...TEXTS, 'a.md': 'green blue', 'b.md': 'red green green' }],
  ])('differs when a %s does', (_what, texts) => {
    expect(indexOf(texts).checksum()).not.toBe(indexOf(TEXTS).checksum());
  });
});
