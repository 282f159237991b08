// expect: Type '(ctx: ActorContext<{ n: number; }>, type: typeof Order) => void' is not assignable to type '((ctx: ActorContext<{ n: number; }>, type: typeof Order) => void) & "argument of 'make': a class cannot leave its thread"'.
// expect:   Type '(ctx: ActorContext<{ n: number; }>, type: typeof Order) => void' is not assignable to type '"argument of 'make': a class cannot leave its thread"'.
import { actor } from '../../../index.ts';

class Order { quantity = 1; }

export const Orders = actor(import.meta, {
  init: () => ({ n: 0 }),
  handlers: {
    make(ctx, type: typeof Order) { ctx.state.n += new type().quantity; },
  },
});
