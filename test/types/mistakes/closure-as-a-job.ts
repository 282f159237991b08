// expect: Argument of type '(n: number) => number' is not assignable to parameter of type 'TaskOf<[n: number], number>'.
// expect:   Type '(n: number) => number' is not assignable to type '{ readonly [mark]: "a closure cannot leave its thread: make it with tasks(import.meta, { ... })"; }'.
import { start } from '../../../index.ts';

export const job = start((n: number) => n * 2, { args: [1] });
