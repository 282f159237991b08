import { availableParallelism } from 'node:os';
import { child, supervisor } from '../../index.ts';
import { Catalogue } from './catalogue-actor.ts';
import { Index } from './index-actor.ts';
import { Tokeniser } from './tokeniser.ts';

const TOKENISERS = Array.from({ length: availableParallelism() }, (_, i) => `t${i + 1}`);

/**
 * Chaos strikes at most every 0.5 s, and not before its last victim is up again. So of the restarts within 10 s, all
 * but the first and the last lie between strikes that are 0.5 s apart: at most 22, if all hit the same supervisor. What
 * restarts more often than that doesn't heal.
 */
const INTENSITY = { restarts: 25, within: '10s' } as const;

/** One process that holds the index, the catalogue that fills it, and a thread per core that counts words. */
export const tree = supervisor({
  name: 'search',
  intensity: INTENSITY,
  children: {
    index: child(Index, { host: 'process' }),
    catalogue: child(Catalogue),
    tokenisers: supervisor({
      intensity: INTENSITY,
      children: Object.fromEntries(TOKENISERS.map((name) => [name, child(Tokeniser, { host: 'thread' })])),
    }),
  },
});
