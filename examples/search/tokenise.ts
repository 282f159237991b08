/** The different words of a text, and how often each stands there. */
export interface WordCounts {
  readonly words: readonly string[];
  /** At the same places. */
  readonly counts: readonly number[];
}

const MIN_LENGTH = 2;
/** Longer ones are hashes and base64, which nobody searches for. */
const MAX_LENGTH = 40;

/**
 * Counts the words of `text`: runs of letters, digits and underscores, in lower case, 2 to 40 long.
 *
 * @example countWords('The cat: the dog') // { words: ['the', 'cat', 'dog'], counts: [2, 1, 1] }
 */
export function countWords(text: string): WordCounts {
  const lower = text.toLowerCase();
  const words: string[] = [];
  const counts: number[] = [];
  const places = new Map<string, number>();
  for (let start = 0; start < lower.length; start++) {
    if (!isWordCode(lower.charCodeAt(start))) continue;
    let end = start + 1;
    while (end < lower.length && isWordCode(lower.charCodeAt(end))) end++;
    if (end - start >= MIN_LENGTH && end - start <= MAX_LENGTH) {
      const word = lower.slice(start, end);
      const place = places.get(word);
      if (place === undefined) {
        places.set(word, words.push(word) - 1);
        counts.push(1);
      } else counts[place] = (counts[place] ?? 0) + 1;
    }
    start = end;
  }
  return { words, counts };
}

/** A loop over a table is twice as fast as a regular expression over the text. */
const IS_WORD_CODE = Array.from({ length: 128 }, (_, code) => /\w/.test(String.fromCharCode(code)));
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

function isWordCode(code: number): boolean {
  return IS_WORD_CODE[code] ?? LETTER_OR_DIGIT.test(String.fromCharCode(code));
}
