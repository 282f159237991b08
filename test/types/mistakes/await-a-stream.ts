// expect: Type 'Stream<number>' is missing the following properties from type 'number[]': length, pop, push, concat, and 35 more.
import { spawn } from '../../../index.ts';
import { Counter } from '../counter.ts';

const counter = await spawn(Counter, { input: { start: 0 } });
const values: number[] = await counter.ask.watch(100);
