// expect: Type 'string' is not assignable to type 'number'.
import { start } from '../../../index.ts';
import { countPrimes } from '../../support/arithmetic.ts';

export const job = start(countPrimes, { args: ['0', 10] });
