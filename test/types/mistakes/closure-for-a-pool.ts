// expect: Argument of type '(n: number) => number' is not assignable to parameter of type 'TaskOf<[number], number>'.
// expect:   Type '(n: number) => number' is not assignable to type '{ readonly [mark]: "a closure cannot leave its thread: make it with tasks(import.meta, { ... })"; }'.
import { pool } from '../../../index.ts';

const workers = await pool();
const by = 2;
void workers.map((n: number) => n * by, [1, 2, 3]);
