// expect: Type '(ctx: ActorContext<{ n: number; }>) => { path: string; close: () => void; }' is not assignable to type '((ctx: ActorContext<{ n: number; }>) => { path: string; close: () => void; }) & "result of 'open'.close: a function cannot leave its thread"'.
// expect:   Type '(ctx: ActorContext<{ n: number; }>) => { path: string; close: () => void; }' is not assignable to type '"result of 'open'.close: a function cannot leave its thread"'.
import { actor } from '../../../index.ts';

export const Files = actor(import.meta, {
  init: () => ({ n: 0 }),
  handlers: {
    open: (ctx) => ({ path: 'notes.txt', close: () => { ctx.state.n--; } }),
  },
});
