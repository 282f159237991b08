import { actor } from '../../../index.ts';

/** Whose answers take as long as they are asked to. */
export const Patient = actor(import.meta, {
  name: 'patient',
  init: () => ({}),
  handlers: {
    async hurried(ctx, ms: number) { await ctx.sleep(ms); },
    async ordinary(ctx, ms: number) { await ctx.sleep(ms); },
    async patient(ctx, ms: number) { await ctx.sleep(ms); },
    async *items(ctx, ms: number) {
      await ctx.sleep(ms);
      yield 'item';
    },
  },
  timeouts: { hurried: '1s', patient: Infinity, items: '1h' },
});
