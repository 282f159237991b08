import { actor } from '../../index.ts';

/** Small, so that the compiler's texts about it stay short. */
export const Counter = actor(import.meta, {
  init: (input: { start: number }) => ({ n: input.start }),
  handlers: {
    increment(ctx, by: number = 1) { return (ctx.state.n += by); },
    async *watch(ctx, every: number) { for (;;) { yield ctx.state.n; await ctx.sleep(every); } },
  },
});
