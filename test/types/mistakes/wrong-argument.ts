// expect: Argument of type 'string' is not assignable to parameter of type 'number'.
import { spawn } from '../../../index.ts';
import { Counter } from '../counter.ts';

const counter = await spawn(Counter, { input: { start: 0 } });
counter.tell.increment('5');
