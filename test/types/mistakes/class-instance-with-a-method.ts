// expect: Type '(ctx: ActorContext<{ n: number; }>, order: Order) => void' is not assignable to type '((ctx: ActorContext<{ n: number; }>, order: Order) => void) & "argument of 'place'.double: a function cannot leave its thread"'.
// expect:   Type '(ctx: ActorContext<{ n: number; }>, order: Order) => void' is not assignable to type '"argument of 'place'.double: a function cannot leave its thread"'.
import { actor } from '../../../index.ts';

class Order {
  quantity = 1;
  double(): void { this.quantity *= 2; }
}

// A class with fields alone can't be told from plain data by its type: such an instance is refused when it is sent.
export const Orders = actor(import.meta, {
  init: () => ({ n: 0 }),
  handlers: {
    place(ctx, order: Order) { ctx.state.n += order.quantity; },
  },
});
