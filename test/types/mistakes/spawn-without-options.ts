// expect: Argument of type 'ActorDefinition<{ start: number; }, { increment(ctx: ActorContext<{ n: number; }>, by?: number): number; watch(ctx: ActorContext<{ n: number; }>, every: number): AsyncGenerator<number, never, unknown>; }, "anywhere">' is not assignable to parameter of type '"its init takes an input: give it, { input: ... }"'.
import { spawn } from '../../../index.ts';
import { Counter } from '../counter.ts';

await spawn(Counter);
