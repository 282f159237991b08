import type { FileCounts } from './file-counts.ts';
import type { FileTerms } from './postings.ts';
import { HashSum, hashText, hashTriple } from './hash.ts';
import { Postings } from './postings.ts';

export interface Found {
  /** How many files have at least one of the words. */
  readonly total: number;
  /** The best ones, best first. */
  readonly results: readonly Result[];
}

export interface Result {
  readonly file: string;
  readonly score: number;
  /** How often each of the words stands there. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface IndexStats {
  readonly files: number;
  readonly bytes: number;
  /** Different words. */
  readonly words: number;
  /** Pairs of a word and a file that it stands in. */
  readonly postings: number;
}

/** A file in the index. */
interface Entry extends FileTerms {
  readonly file: string;
  readonly bytes: number;
  /** How many words it has, each as often as it stands there. */
  readonly length: number;
}

/** The index as it was after some `add`. */
interface Snapshot {
  readonly entries: readonly Entry[];
  readonly postings: Postings;
}

/**
 * Finds files by their words. Adding a file again replaces what it was: the same file may be added any number of
 * times, in any order among others, and the result is the same.
 *
 * `add` only takes down the words of the file, which is cheap; the first question after it turns all that
 * round.
 */
export class InvertedIndex {
  readonly #words: string[] = [];
  readonly #termOf = new Map<string, number>();
  readonly #entries = new Map<string, Entry>();
  #snapshot: Snapshot | undefined;

  add({ file, bytes, words, counts }: FileCounts): void {
    const terms = new Uint32Array(words.length);
    let length = 0;
    for (let i = 0; i < words.length; i++) {
      terms[i] = this.#number(words[i]!);
      length += counts[i]!;
    }
    this.#entries.set(file, { file, bytes, length, terms, counts: new Uint32Array(counts) });
    this.#snapshot = undefined;
  }

  /**
   * Ranks by tf-idf: a word counts for more the rarer it is, and in a long file for less.
   *
   * @param words Each once, in lower case.
   */
  search(words: readonly string[], limit: number): Found {
    const { entries, postings } = this.#inverted();
    const matches = new Map<Entry, { score: number; readonly counts: Record<string, number> }>();
    for (const word of words) {
      const term = this.#termOf.get(word);
      if (term === undefined) continue;
      const rarity = Math.log(1 + entries.length / postings.filesWith(term));
      postings.each(term, (file, count) => {
        const entry = entries[file]!;
        let match = matches.get(entry);
        if (match === undefined) matches.set(entry, match = { score: 0, counts: {} });
        match.score += (1 + Math.log(count)) * rarity / Math.sqrt(entry.length);
        match.counts[word] = count;
      });
    }
    const results = [...matches]
      .map(([{ file }, { score, counts }]) => ({ file, score: Number(score.toFixed(4)), counts }))
      .toSorted((a, b) => b.score - a.score || (a.file < b.file ? -1 : 1))
      .slice(0, limit);
    return { total: matches.size, results };
  }

  /** Covers every triple of a word, a file and a count, whatever the order in which they came. */
  checksum(): string {
    const { entries, postings } = this.#inverted();
    const files = entries.map(({ file }) => hashText(file));
    const sum = new HashSum();
    for (const [term, word] of this.#words.entries()) {
      const hash = hashText(word);
      postings.each(term, (file, count) => sum.add(hashTriple(hash, files[file]!, count)));
    }
    return sum.toString();
  }

  stats(): IndexStats {
    const { entries, postings } = this.#inverted();
    return {
      files: entries.length,
      bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
      words: this.#words.reduce((sum, _word, term) => sum + (postings.filesWith(term) > 0 ? 1 : 0), 0),
      postings: postings.size,
    };
  }

  /** Words worth a try, the best first: plain ones, neither in nearly all files nor in one alone. */
  examples(limit: number): string[] {
    const { entries, postings } = this.#inverted();
    const ideal = Math.log(entries.length) / 2;
    return this.#words
      .map((word, term) => ({ word, files: postings.filesWith(term) }))
      .filter(({ files }) => files > 0)
      .map(({ word, files }) => ({
        word,
        strangeness: Math.abs(Math.log(files) - ideal) + (/^[a-z]{6,12}$/.test(word) ? 0 : 100),
      }))
      .toSorted((a, b) => a.strangeness - b.strangeness || (a.word < b.word ? -1 : 1))
      .slice(0, limit)
      .map(({ word }) => word);
  }

  #number(word: string): number {
    let term = this.#termOf.get(word);
    if (term === undefined) this.#termOf.set(word, term = this.#words.push(word) - 1);
    return term;
  }

  #inverted(): Snapshot {
    if (this.#snapshot === undefined) {
      const entries = [...this.#entries.values()];
      this.#snapshot = { entries, postings: new Postings(entries, this.#words.length) };
    }
    return this.#snapshot;
  }
}
