// expect: Type '"process"' is not assignable to type '"local" | "only threads share memory: what processes share is a state actor" | "thread" | HostSet'.
// expect: Type '"process"' is not assignable to type '"only threads share memory: what processes share is a state actor" | "thread"'.
import { actor, sharedNumber, spawn, start, tasks } from '../../../index.ts';
import type { SharedNumber } from '../../../index.ts';

const Adder = actor(import.meta, {
  init: (input: { total: SharedNumber<'int32'> }) => input,
  handlers: {},
});
const { add } = tasks(import.meta, { add: (total: SharedNumber<'int32'>) => { total.add(1); } });
const total = sharedNumber('int32', 0);
await spawn(Adder, { host: 'thread', input: { total } });
await spawn(Adder, { host: 'process', input: { total } });
start(add, { host: 'process', args: [total] });
