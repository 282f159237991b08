// expect: Type 'ActorDefinition<{ start: number; }, { increment(ctx: ActorContext<{ n: number; }>, by?: number): number; watch(ctx: ActorContext<{ n: number; }>, every: number): AsyncGenerator<number, never, unknown>; }, "anywhere">' is not assignable to type 'Child<unknown> | DynamicTree<unknown> | Tree<unknown>'.
import { supervisor } from '../../../index.ts';
import { Counter } from '../counter.ts';

export const tree = supervisor({ children: { hits: Counter } });
