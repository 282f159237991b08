import type { Children, Tree } from '../../index.ts';
import { availableParallelism } from 'node:os';
import { child, supervisor } from '../../index.ts';
import { Catalogue } from './catalogue-actor.ts';
import { Index } from './index-actor.ts';
import { Tokeniser } from './tokeniser.ts';

const TOKENISERS = Array.from({ length: availableParallelism() }, (_, i) => `t${i + 1}`);

/**
 * Chaos strikes at most every 0.5 s, and only when its last victim is up again. So of the ends within 10 s, all but the
 * first were struck within these 10 s, 0.5 s apart: there are at most 22, even if all are of one supervisor's children.
 * A little is left for a start that fails. What ends more often than that doesn't heal.
 */
const INTENSITY = { restarts: 25, within: '10s' } as const;

/**
 * One process that holds the index, the catalogue that fills it, and a thread per core that counts words.
 *
 * Each is restarted by itself: the catalogue fills a new index, and what a tokeniser had in its hands is fed again. Only the
 * catalogue can't be replaced, since what it keeps is nowhere else: its first crash ends the service, instead of leaving one
 * that answers from an index that nobody fills.
 */
export const tree = supervisor({
  name: 'search',
  intensity: INTENSITY,
  children: {
    index: child(Index, { host: 'process' }),
    catalogue: child(Catalogue, { intensity: { restarts: 0, within: '1s' } }),
    tokenisers: supervisor({
      intensity: INTENSITY,
      start: 'parallel',
      children: Object.fromEntries(TOKENISERS.map((name) => [name, child(Tokeniser, { host: 'thread' })])),
    }),
  },
});

/** The refs to all of them. */
export type Actors = typeof tree extends Tree<infer C> ? Children<C> : never;
