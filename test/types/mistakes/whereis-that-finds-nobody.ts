// expect: 'visits' is possibly 'undefined'.
import { createSystem } from '../../../index.ts';
import { Counter } from '../counter.ts';

const visits = await createSystem().whereis(Counter, 'visits');
export const value = visits.ask.increment();
