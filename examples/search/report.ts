import type { IndexStats } from './inverted-index.ts';
import type { Progress } from './progress.ts';
import type { Reference } from './reference.ts';
import { rate } from './progress.ts';

/** Files that could not be read: how many, and how often that was. */
export interface Unreadable {
  readonly files: number;
  readonly times: number;
}

/** What was indexed, and how fast. */
export function describeIndex(
  progress: Pick<Progress, 'files' | 'megabytes' | 'seconds'>, stats: IndexStats, startUpSeconds: number, unreadable: Unreadable,
): string {
  const { megabytes, seconds } = progress;
  const { words, postings } = stats;
  const files = progress.files - unreadable.times;
  const work = `${count(files)} files, ${megabytes.toFixed(1)} MB in ${seconds.toFixed(2)} s`;
  return [
    ...unreadable.files === 0 ? [] : [`${count(unreadable.files)} ${unreadable.files === 1 ? 'file' : 'files'} could not be read`],
    `Indexed ${work}: ${rate({ files, megabytes, seconds })} (start-up: ${startUpSeconds.toFixed(2)} s more)`,
    `The index has ${count(words)} words in ${count(postings)} postings`,
  ].join('\n');
}

/** Whether the actors' index is the reference's. */
export function compareChecksums(
  reference: Pick<Reference, 'checksum'>, actors: { readonly checksum: string },
): { readonly text: string; readonly isIdentical: boolean } {
  const isIdentical = reference.checksum === actors.checksum;
  const verdict = isIdentical ? 'identical' : 'DIFFERENT';
  return { text: `Checksum    ${actors.checksum} by actors, ${reference.checksum} by one thread: ${verdict}`, isIdentical };
}

/** What the actors took, and what the reference took for the same. */
export function compareTimes(reference: Pick<Reference, 'seconds'>, actors: { readonly seconds: number }): string {
  const [seconds, plainSeconds] = [actors.seconds.toFixed(2), reference.seconds.toFixed(2)];
  const ratio = (actors.seconds / reference.seconds).toFixed(2);
  return `Time        ${seconds} s by actors, ${plainSeconds} s by one thread: ratio ${ratio}`;
}

/** Queries that find something. */
export function describeQueries(url: string, words: readonly string[]): string {
  const [first = '', second = '', ...rest] = words;
  const queries = [first, second, rest.join('+')].filter((query) => query !== '');
  return ['Try', ...queries.map((query) => `  ${url}/search?q=${query}`)].join('\n');
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
