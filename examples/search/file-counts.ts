import type { WordCounts } from './tokenise.ts';
import { countWords } from './tokenise.ts';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';

/** What one file adds to the index. */
export interface FileCounts {
  /** Relative to the folder. */
  readonly file: string;
  readonly bytes: number;
  readonly words: WordCounts['words'];
  readonly counts: ArrayLike<number>;
}

/** Reads a file and counts its words; undefined when it can't be read. */
export function countFile(folder: string, file: string): FileCounts | undefined {
  let bytes;
  let text;
  try {
    const content = readFileSync(join(folder, file));
    bytes = content.length;
    text = content.toString();
  } catch {
    return undefined;
  }
  return { file, bytes, ...countWords(text) };
}
