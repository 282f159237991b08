// expect: Type '(ctx: ActorContext<{ n: number; }>, options: { retries: number; onDone: () => void; }) => void' is not assignable to type '((ctx: ActorContext<{ n: number; }>, options: { retries: number; onDone: () => void; }) => void) & "argument of 'configure'.onDone: a function cannot leave its thread"'.
// expect:   Type '(ctx: ActorContext<{ n: number; }>, options: { retries: number; onDone: () => void; }) => void' is not assignable to type '"argument of 'configure'.onDone: a function cannot leave its thread"'.
import { actor } from '../../../index.ts';

export const Files = actor(import.meta, {
  init: () => ({ n: 0 }),
  handlers: {
    configure(ctx, options: { retries: number; onDone: () => void }) { ctx.state.n = options.retries; },
  },
});
