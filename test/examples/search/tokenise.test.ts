import { describe, expect, it } from 'vitest';
import { countWords } from '../../../examples/search/tokenise.ts';

const counted = (text: string): Record<string, number> => {
  const { words, counts } = countWords(text);
  return Object.fromEntries(words.map((word, i) => [word, counts[i] ?? 0]));
};

describe('countWords', () => {
  it('counts words in lower case', () => {
    expect(counted('The cat, the dog; THE END')).toEqual({ the: 3, cat: 1, dog: 1, end: 1 });
  });

  it('takes letters, digits and underscores of any script for a word', () => {
    const text = 'max_bytes=64kB größe ПРИВЕТ 日本';

    expect(counted(text)).toEqual({ max_bytes: 1, '64kb': 1, größe: 1, привет: 1, 日本: 1 });
  });

  it('leaves out words of one letter, and of more than 40', () => {
    expect(counted(`a bb ${'c'.repeat(40)} ${'d'.repeat(41)}`)).toEqual({ bb: 1, ['c'.repeat(40)]: 1 });
  });

  it('counts words named like members of Object', () => {
    expect(counted('constructor constructor')).toEqual({ constructor: 2 });
  });

  it.each(['', ' ', '\n\t;', '\ud800'])('finds nothing in %j', (text) => {
    expect(countWords(text)).toEqual({ words: [], counts: [] });
  });
});
