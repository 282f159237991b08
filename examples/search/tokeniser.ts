import type { ActorError, ActorRef } from '../../index.ts';
import type { PackedCounts } from './packed-counts.ts';
import { actor } from '../../index.ts';
import { countFile } from './file-counts.ts';
import { pack } from './packed-counts.ts';

/** What a tokeniser needs of an index. */
export type IndexRef = ActorRef<{ add(counted: PackedCounts): void }>;

export interface Counted {
  /** Those that can't be read included. */
  readonly files: number;
  readonly bytes: number;
}

/** How long the index may take for what is in flight. */
const TIMEOUT = '60s';

/** Reads files and counts their words. It keeps nothing: each message says all, and may be sent again. */
export const Tokeniser = actor(import.meta, {
  name: 'Tokeniser',
  // While the index takes one batch, the next one is counted.
  concurrency: 4,
  init: () => ({}),
  handlers: {
    /** Answers once `index` has the counts of `files`. */
    async index(ctx, folder: string, files: readonly string[], index: IndexRef): Promise<Counted> {
      const counted = files.flatMap((file) => countFile(folder, file) ?? []);
      try {
        await index.with({ timeout: TIMEOUT }).ask.add(pack(counted));
      } catch (error) {
        // The index's failure isn't this actor's: it goes on, and whoever asked may ask again.
        const { code, message } = error as ActorError;
        throw ctx.refuse(code, message);
      }
      return { files: files.length, bytes: counted.reduce((sum, { bytes }) => sum + bytes, 0) };
    },
  },
});
