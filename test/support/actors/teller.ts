import { actor } from '../../../index.ts';

/** One of many: says who it is. */
export const Teller = actor(import.meta, {
  name: 'teller',
  init: (input: { greeting: string }, ctx) => ({ greeting: input.greeting, name: ctx.name, told: [] as string[] }),
  handlers: {
    who: (ctx) => ctx.state.name,
    greet: (ctx, whom: string) => `${ctx.state.greeting}, ${whom}`,
    note(ctx, text: string) { ctx.state.told.push(text); },
    noted: (ctx) => ctx.state.told,
    async wait(ctx, ms: number): Promise<string> {
      await ctx.sleep(ms);
      return ctx.state.name;
    },
    async *count(ctx, to: number) {
      for (let i = 1; i <= to; i++) {
        yield i;
        await ctx.sleep(1);
      }
    },
    refuse(ctx): void { throw ctx.refuse('busy', 'come back later', { at: 5 }); },
    fail(): void { throw new RangeError('oh'); },
  },
});
