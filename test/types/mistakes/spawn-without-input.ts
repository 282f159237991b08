// expect: Argument of type '{ host: "thread"; }' is not assignable to parameter of type 'SpawnOptions<"anywhere"> & { input: { start: number; }; }'.
// expect:   Property 'input' is missing in type '{ host: "thread"; }' but required in type '{ input: { start: number; }; }'.
import { spawn } from '../../../index.ts';
import { Counter } from '../counter.ts';

await spawn(Counter, { host: 'thread' });
