// expect: Property 'visits' does not exist on type 'ChildrenNamed<"cache" | "hits", { hits: Child<ActorDefinition<{ start: number; }, { increment(ctx: ActorContext<{ n: number; }>, by?: number): number; watch(ctx: ActorContext<{ n: number; }>, every: number): AsyncGenerator<...>; }, "anywhere">>; cache: Tree<...>; }>'.
import { child, run, supervisor } from '../../../index.ts';
import { Counter } from '../counter.ts';

const app = await run(supervisor({
  children: {
    hits: child(Counter, { input: { start: 0 } }),
    cache: supervisor({ children: { misses: child(Counter, { input: { start: 0 } }) } }),
  },
}));
app.children.visits.tell.increment();
