// expect: Argument of type '{ input: { start: number; }; restart: "permanent"; significant: true; }' is not assignable to parameter of type 'ChildOptions<"anywhere"> & { input: { start: number; }; }'.
// expect:   Types of property 'significant' are incompatible.
// expect:     Type 'true' is not assignable to type 'false'.
import { child } from '../../../index.ts';
import { Counter } from '../counter.ts';

export const hits = child(Counter, { input: { start: 0 }, restart: 'permanent', significant: true });
