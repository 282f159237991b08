import { actor } from '../../../index.ts';

/** The counter of the documentation, on any host. */
export const Counter = actor(import.meta, {
  init: (input: { start: number }) => ({ n: input.start }),
  handlers: {
    increment(ctx, by: number = 1) { return (ctx.state.n += by); },
    value: (ctx) => ctx.state.n,
    async slow(ctx, ms: number) { await ctx.sleep(ms); return new Date(ctx.now()); },
    async *watch(ctx, every: number) { for (;;) { yield ctx.state.n; await ctx.sleep(every); } },
  },
});
