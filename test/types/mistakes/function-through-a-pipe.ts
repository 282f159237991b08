// expect: Type '{ readonly "values of a pipe.done: a function cannot leave its thread": never; }' must have a '[Symbol.iterator]()' method that returns an iterator.
import { pipe } from '../../../index.ts';

const [left, right] = await pipe<{ done: () => void }>();
export const ends = [left, right];
