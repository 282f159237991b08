// expect: Type '"5 minutes"' is not assignable to type 'Duration | undefined'.
import { spawn } from '../../../index.ts';
import { Counter } from '../counter.ts';

const counter = await spawn(Counter, { input: { start: 0 } });
await counter.with({ timeout: '5 minutes' }).ask.increment();
