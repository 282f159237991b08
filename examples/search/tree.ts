import { availableParallelism } from 'node:os';
import { child, supervisor } from '../../index.ts';
import { Index } from './index-actor.ts';
import { Tokeniser } from './tokeniser.ts';

const TOKENISERS = Array.from({ length: availableParallelism() }, (_, i) => `t${i + 1}`);

/** One process that keeps the index, and a thread per core that counts words. */
export const tree = supervisor({
  name: 'search',
  children: {
    index: child(Index, { host: 'process' }),
    tokenisers: supervisor({
      children: Object.fromEntries(TOKENISERS.map((name) => [name, child(Tokeniser, { host: 'thread' })])),
    }),
  },
});
