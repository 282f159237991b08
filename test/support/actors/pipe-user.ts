import type { PipeEnd } from '../../../index.ts';
import { actor } from '../../../index.ts';

/** Uses the end of a pipe that it is given. */
export const PipeUser = actor(import.meta, {
  name: 'pipe-user',
  init: () => ({ end: undefined as PipeEnd<number, number> | undefined }),
  handlers: {
    take(ctx, end: PipeEnd<number, number>) { ctx.state.end = end; },
    async send(ctx, ...values: number[]) { for (const value of values) await ctx.state.end?.send(value); },
    receive: async (ctx) => ctx.state.end?.receive(),
    /** Sends each value back, times two, until there are no more. */
    async echo(ctx): Promise<number> {
      const { end } = ctx.state;
      if (end === undefined) return 0;
      let count = 0;
      for await (const value of end) {
        count++;
        await end.send(2 * value);
      }
      await end.close();
      return count;
    },
    /** Sends one value back through each of many, times two. */
    async echoOnce(_ctx, ends: PipeEnd<number, number>[]): Promise<void> {
      await Promise.all(ends.map(async (end) => {
        await end.send(2 * await end.receive());
        await end.close();
      }));
    },
    fail(): never { throw new Error('planned'); },
  },
});
