// expect: Type '"always"' is not assignable to type 'Restart'.
import { child } from '../../../index.ts';
import { Counter } from '../counter.ts';

export const hits = child(Counter, { input: { start: 0 }, restart: 'always' });
