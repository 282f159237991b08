// expect: Type '(done: () => void) => void' is not assignable to type '((done: () => void) => void) & "argument of 'visit': a function cannot leave its thread"'.
// expect:   Type '(done: () => void) => void' is not assignable to type '"argument of 'visit': a function cannot leave its thread"'.
import { tasks } from '../../../index.ts';

export const { visit } = tasks(import.meta, { visit: (done: () => void) => done() });
