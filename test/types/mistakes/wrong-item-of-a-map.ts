// expect: Type 'string' is not assignable to type 'number'.
// expect: Type 'string' is not assignable to type 'number'.
import { pool } from '../../../index.ts';
import { square } from '../../support/arithmetic.ts';

const workers = await pool();
void workers.map(square, ['1', '2']);
