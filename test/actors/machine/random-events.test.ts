import { it } from 'vitest';
import { compareSequences } from '../../support/random-sequences.ts';

it('1,000 sequences of events bring a machine\'s actor where XState\'s own transitions bring it', async () => {
  await compareSequences(100);
}, 60_000);
