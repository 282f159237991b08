// expect: Type 'string' is not assignable to type 'number'.
import { spawn } from '../../../index.ts';
import type { RestorableDefinition } from '../../../index.ts';

declare const Reader: RestorableDefinition<{ file: string }, { line: () => number }, 'anywhere', { line: number }>;
await spawn(Reader, { snapshot: { line: 'seven' } });
