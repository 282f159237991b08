import { InvertedIndex } from './inverted-index.ts';
import { countFile } from './file-counts.ts';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { walk } from './walk.ts';

export interface Reference {
  readonly checksum: string;
  /** How often it walked the folder. */
  readonly passes: number;
  readonly seconds: number;
}

/**
 * The same index, made by one plain loop: no actors, no threads. Walks `folder` once, and again until `seconds`
 * have passed. The files are read once before, uncounted: who comes first shall not pay for the disk.
 *
 * @throws What `signal` was aborted with.
 */
export async function indexPlainly(folder: string, seconds: number, signal: AbortSignal): Promise<Reference> {
  for await (const file of walk(folder)) {
    signal.throwIfAborted();
    await readFile(join(folder, file)).catch(() => undefined);
  }
  const index = new InvertedIndex();
  const startedAt = performance.now();
  let passes = 0;
  let elapsed;
  do {
    for await (const file of walk(folder)) {
      signal.throwIfAborted();
      const counted = countFile(folder, file);
      if (counted !== undefined) index.add(counted);
    }
    index.stats(); // turns it round, as the actors' index does within its time
    passes++;
    elapsed = (performance.now() - startedAt) / 1000;
  } while (elapsed < seconds);
  return { checksum: index.checksum(), passes, seconds: elapsed };
}
