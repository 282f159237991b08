import type { Found, IndexStats } from './inverted-index.ts';
import type { PackedCounts } from './packed-counts.ts';
import { InvertedIndex } from './inverted-index.ts';
import { actor } from '../../index.ts';
import { countWords } from './tokenise.ts';
import { mortal } from './mortal.ts';
import { unpack } from './packed-counts.ts';

/** The one index, with memory of its own in a process of its own. When that dies, the catalogue fills the next one. */
export const Index = actor(import.meta, {
  name: 'Index',
  init: () => ({ index: new InvertedIndex() }),
  handlers: {
    ...mortal,
    /** May be sent again when its fate is unknown: a file that comes twice is there once. */
    add({ state }, counted: PackedCounts): void {
      for (const each of unpack(counted)) state.index.add(each);
    },
    search({ state }, query: string, limit: number): Found {
      return state.index.search(countWords(query).words, limit);
    },
    stats: ({ state }): IndexStats => state.index.stats(),
    checksum: ({ state }): string => state.index.checksum(),
    examples: ({ state }, limit: number): string[] => state.index.examples(limit),
  },
});
