import type { FileCounts } from './file-counts.ts';

/**
 * The counts of many files as one message: a text and an array of numbers are far cheaper to send than an
 * object with a key per word.
 *
 *     files    a.md         b.js
 *     sizes    3            2
 *     words    "the cat sat the dog"
 *     counts    4   1   1   2   9
 */
export interface PackedCounts {
  readonly files: readonly string[];
  readonly bytes: readonly number[];
  /** How many of the words are of each file. */
  readonly sizes: readonly number[];
  readonly words: string;
  readonly counts: Uint32Array;
}

const SEPARATOR = ' ';

export function pack(counted: readonly FileCounts[]): PackedCounts {
  const counts = new Uint32Array(counted.reduce((sum, { words }) => sum + words.length, 0));
  let at = 0;
  for (const each of counted) {
    counts.set(each.counts, at);
    at += each.words.length;
  }
  return {
    files: counted.map(({ file }) => file),
    bytes: counted.map(({ bytes }) => bytes),
    sizes: counted.map(({ words }) => words.length),
    words: counted.flatMap(({ words }) => words).join(SEPARATOR),
    counts,
  };
}

export function* unpack(packed: PackedCounts): Generator<FileCounts, void, undefined> {
  const { files, bytes, sizes, words, counts } = packed;
  const all = words.split(SEPARATOR);
  let at = 0;
  for (const [i, file] of files.entries()) {
    const end = at + (sizes[i] ?? 0);
    yield { file, bytes: bytes[i] ?? 0, words: all.slice(at, end), counts: counts.subarray(at, end) };
    at = end;
  }
}
