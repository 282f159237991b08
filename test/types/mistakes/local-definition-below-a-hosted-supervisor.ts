// expect: Type 'Tree<{ here: Child<ActorDefinition<unknown, { value: (ctx: ActorContext<{ n: number; }>) => number; }, "local">>; }>' is not assignable to type 'Tree<{ here: Child<ActorDefinition<unknown, { value: (ctx: ActorContext<{ n: number; }>) => number; }, "local">>; }> & "a definition below it is local only: actor(import.meta, { ... })"'.
// expect:   Type 'Tree<{ here: Child<ActorDefinition<unknown, { value: (ctx: ActorContext<{ n: number; }>) => number; }, "local">>; }>' is not assignable to type '"a definition below it is local only: actor(import.meta, { ... })"'.
import { actor, child, supervisor } from '../../../index.ts';

const Here = actor({ init: () => ({ n: 0 }), handlers: { value: (ctx) => ctx.state.n } });
export const tree = supervisor({ host: 'thread', children: { inner: supervisor({ children: { here: child(Here) } }) } });
