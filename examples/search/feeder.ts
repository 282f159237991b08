import type { Counted, IndexRef, Tokeniser } from './tokeniser.ts';
import type { RefOf } from '../../index.ts';
import { walk } from './walk.ts';

export interface FeedOptions {
  readonly folder: string;
  /** How often to walk the folder. */
  readonly passes: number;
  readonly tokenisers: readonly RefOf<typeof Tokeniser>[];
  readonly index: IndexRef;
  /** Ends it early; `feed` then rejects. */
  readonly signal: AbortSignal;
  /** Told after each batch. */
  readonly fed: (batch: Counted) => void;
}

const FILES_PER_BATCH = 32;
/** One that is counted, one that the index takes, one that waits: no tokeniser is ever out of work. */
const BATCHES_PER_TOKENISER = 3;
/** A batch may wait behind others, on a slow disk. */
const TIMEOUT = '60s';

/**
 * Walks the folder and hands its files to the tokenisers, no more than they can chew. Resolves when the index has
 * all of them.
 */
export async function feed(options: FeedOptions): Promise<void> {
  const { tokenisers, signal } = options;
  const batches = batchesOf(filesOf(options), FILES_PER_BATCH);
  const failure = new AbortController();
  const lane = async (tokeniser: RefOf<typeof Tokeniser>): Promise<void> => {
    for await (const batch of batches) {
      options.fed(await tokeniser.ask.index(options.folder, batch, options.index));
    }
  };
  const ended = AbortSignal.any([signal, failure.signal]);
  const lanes = tokenisers.flatMap((tokeniser) => {
    const ref = tokeniser.with({ timeout: TIMEOUT, signal: ended });
    return Array.from({ length: BATCHES_PER_TOKENISER }, () => lane(ref));
  });
  // One lane that fails ends the others, or they would go on in the background.
  await Promise.all(lanes).catch((error: unknown) => {
    failure.abort(error);
    throw error;
  });
}

async function* filesOf({ folder, passes }: FeedOptions): AsyncGenerator<string, void, undefined> {
  for (let pass = 0; pass < passes; pass++) yield* walk(folder);
}

/** @returns Lists of `size` items, the last one perhaps shorter. */
export async function* batchesOf<T>(
  items: AsyncIterable<T>, size: number,
): AsyncGenerator<T[], void, undefined> {
  let batch: T[] = [];
  for await (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
