// expect: Type '(ctx: ActorContext<{ n: number; }>, by: number) => void' is not assignable to type '((ctx: ActorContext<{ n: number; }>, by: number) => void) & "'then' is reserved: it can't be a handler's name"'.
// expect:   Type '(ctx: ActorContext<{ n: number; }>, by: number) => void' is not assignable to type '"'then' is reserved: it can't be a handler's name"'.
import { actor } from '../../../index.ts';

export const Steps = actor(import.meta, {
  init: () => ({ n: 0 }),
  handlers: {
    then(ctx, by: number) { ctx.state.n += by; },
  },
});
