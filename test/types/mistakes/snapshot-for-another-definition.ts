// expect: Object literal may only specify known properties, and 'snapshot' does not exist in type 'SpawnOptions<"anywhere"> & { input: { start: number; }; }'.
import { spawn } from '../../../index.ts';
import { Counter } from '../counter.ts';

await spawn(Counter, { input: { start: 0 }, snapshot: { n: 5 } });
