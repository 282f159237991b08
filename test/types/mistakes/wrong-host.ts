// expect: Type '"worker"' is not assignable to type 'HostSet | HostKind'.
import { spawn } from '../../../index.ts';
import { Counter } from '../counter.ts';

await spawn(Counter, { input: { start: 0 }, host: 'worker' });
