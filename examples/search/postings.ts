/** The words of one file, by number, and how often each stands there. */
export interface FileTerms {
  readonly terms: Uint32Array;
  readonly counts: Uint32Array;
}

/**
 * Which files each word stands in: what is known per file, turned round. It doesn't change.
 *
 *     starts   0        2     3
 *     files    0  1     1     ...      word 0 is in the files 0 and 1, word 1 in file 1
 *     counts   4  1     2     ...
 */
export class Postings {
  readonly size: number;
  readonly #starts: Uint32Array;
  readonly #files: Uint32Array;
  readonly #counts: Uint32Array;

  /** @param termCount All terms of all `files` are below it. */
  constructor(files: readonly FileTerms[], termCount: number) {
    const starts = this.#starts = new Uint32Array(termCount + 1);
    for (const { terms } of files) for (const term of terms) starts[term + 1]!++;
    for (let term = 0; term < termCount; term++) starts[term + 1]! += starts[term]!;
    this.size = starts[termCount]!;
    this.#files = new Uint32Array(this.size);
    this.#counts = new Uint32Array(this.size);
    const next = starts.slice();
    for (const [file, { terms, counts }] of files.entries()) {
      for (let i = 0; i < terms.length; i++) {
        const at = next[terms[i]!]!++;
        this.#files[at] = file;
        this.#counts[at] = counts[i]!;
      }
    }
  }

  /** How many files the word is in. */
  filesWith(term: number): number {
    return this.#starts[term + 1]! - this.#starts[term]!;
  }

  /** Calls `visit` for each file that the word is in. */
  each(term: number, visit: (file: number, count: number) => void): void {
    const end = this.#starts[term + 1]!;
    for (let at = this.#starts[term]!; at < end; at++) visit(this.#files[at]!, this.#counts[at]!);
  }
}
