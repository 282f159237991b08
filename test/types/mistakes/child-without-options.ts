// expect: Argument of type 'ActorDefinition<{ start: number; }, { increment(ctx: ActorContext<{ n: number; }>, by?: number): number; watch(ctx: ActorContext<{ n: number; }>, every: number): AsyncGenerator<number, never, unknown>; }, "anywhere">' is not assignable to parameter of type '"its init takes an input: give it, { input: ... }"'.
import { child, supervisor } from '../../../index.ts';
import { Counter } from '../counter.ts';

export const tree = supervisor({ children: { hits: child(Counter) } });
