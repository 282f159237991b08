// expect: Property 'mises' does not exist on type 'ChildrenNamed<"misses", { misses: Child<ActorDefinition<{ start: number; }, { increment(ctx: ActorContext<{ n: number; }>, by?: number): number; watch(ctx: ActorContext<{ n: number; }>, every: number): AsyncGenerator<...>; }, "anywhere">>; }>'. Did you mean 'misses'?
import { child, run, supervisor } from '../../../index.ts';
import { Counter } from '../counter.ts';

const app = await run(supervisor({
  children: { cache: supervisor({ children: { misses: child(Counter, { input: { start: 0 } }) } }) },
}));
app.children.cache.children.mises.tell.increment();
