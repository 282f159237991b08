import type { Catalogue } from './catalogue-actor.ts';
import type { Figures } from './kept-counts.ts';
import type { PackedCounts } from './packed-counts.ts';
import type { RefOf } from '../../index.ts';
import type { Tokeniser } from './tokeniser.ts';
import { isLostWork } from './lost-work.ts';
import { walk } from './walk.ts';

export interface FeedOptions {
  readonly folder: string;
  /** Asked after each walk, of which there were `passes`: whether to walk the folder once more. */
  readonly isEnough: (passes: number) => boolean;
  /** By name. */
  readonly tokenisers: Readonly<Record<string, RefOf<typeof Tokeniser>>>;
  readonly catalogue: RefOf<typeof Catalogue>;
  /** Ends it early; `feed` then rejects. */
  readonly signal: AbortSignal;
  /** Told after each batch. */
  readonly added: (figures: Figures) => void;
  /** Told which files of a batch could not be read. */
  readonly skipped: (files: readonly string[]) => void;
  /** Told how many files more, or fewer, a tokeniser holds and has not answered for. */
  readonly held: (tokeniser: string, change: number) => void;
  /** Told of files that a tokeniser had not answered for when it died; they are fed again. */
  readonly lost: (tokeniser: string, files: number) => void;
}

const FILES_PER_BATCH = 32;
/** One that is counted, one that the catalogue takes, one that waits: no tokeniser is ever out of work. */
const BATCHES_PER_TOKENISER = 3;
/** A batch may wait behind others, on a slow disk. */
const TIMEOUT = '60s';

/**
 * Walks the folder, has its files counted, no more than the tokenisers can chew, and gives the counts to the
 * catalogue. Resolves when it has all of them.
 */
export async function feed(options: FeedOptions): Promise<void> {
  const { tokenisers, signal } = options;
  const batches = batchesOf(filesOf(options), FILES_PER_BATCH);
  const failure = new AbortController();
  const waiting = { timeout: TIMEOUT, signal: AbortSignal.any([signal, failure.signal]) } as const;
  const catalogue = options.catalogue.with(waiting);
  const lane = async (name: string, tokeniser: RefOf<typeof Tokeniser>): Promise<void> => {
    for await (const files of batches) {
      const counted = await countSurely(options, name, tokeniser, files);
      if (counted.files.length < files.length) options.skipped(files.filter((file) => !counted.files.includes(file)));
      options.added(await catalogue.ask.add(counted, files.length));
    }
  };
  const lanes = Object.entries(tokenisers).flatMap(([name, tokeniser]) =>
    Array.from({ length: BATCHES_PER_TOKENISER }, () => lane(name, tokeniser.with(waiting))));
  // One lane that fails ends the others, or they would go on in the background.
  await Promise.all(lanes).catch((error: unknown) => {
    failure.abort(error);
    throw error;
  });
}

/** Asks until there is an answer. An ask waits while a tokeniser is restarted, so this doesn't spin. */
async function countSurely(
  { folder, held, lost }: FeedOptions, name: string, tokeniser: RefOf<typeof Tokeniser>, files: readonly string[],
): Promise<PackedCounts> {
  for (;;) {
    held(name, files.length);
    try {
      return await tokeniser.ask.count(folder, files);
    } catch (error) {
      if (!isLostWork(error)) throw error;
      lost(name, files.length);
    } finally {
      held(name, -files.length);
    }
  }
}

async function* filesOf({ folder, isEnough }: FeedOptions): AsyncGenerator<string, void, undefined> {
  let passes = 0;
  do {
    yield* walk(folder);
    passes++;
  } while (!isEnough(passes));
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
