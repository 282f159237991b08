// expect: Argument of type 'string' is not assignable to parameter of type 'number'.
import { createSystem } from '../../../index.ts';
import { Counter } from '../counter.ts';

export const published = createSystem().group(Counter, 'counters').publish.increment('5');
