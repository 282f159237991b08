import type { PackedCounts } from './packed-counts.ts';
import { actor } from '../../index.ts';
import { countFile } from './file-counts.ts';
import { mortal } from './mortal.ts';
import { pack } from './packed-counts.ts';

/** Reads files and counts their words. It keeps nothing: each message says all, and may be sent again. */
export const Tokeniser = actor(import.meta, {
  name: 'Tokeniser',
  init: () => ({}),
  handlers: {
    ...mortal,
    /** Files that can't be read are left out. */
    count(_ctx, folder: string, files: readonly string[]): PackedCounts {
      return pack(files.flatMap((file) => countFile(folder, file) ?? []));
    },
  },
});
