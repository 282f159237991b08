// expect: Argument of type '[0]' is not assignable to parameter of type '[from: number, to: number]'.
// expect:   Source has 1 element(s) but target requires 2.
import { pool } from '../../../index.ts';
import { countPrimes } from '../../support/arithmetic.ts';

const workers = await pool();
void workers.run(countPrimes, 0);
