// expect: Type 'string' is not assignable to type 'number'.
import { spawn } from '../../../index.ts';
import { Counter } from '../counter.ts';

await spawn(Counter, { input: { start: 'zero' } });
