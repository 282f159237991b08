// expect: Expected 2 arguments, but got 1.
import { start } from '../../../index.ts';
import { countPrimes } from '../../support/arithmetic.ts';

export const job = start(countPrimes);
