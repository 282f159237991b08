import { actor } from '../../../index.ts';

/** Starts at once, but for its second incarnation, which never comes to an end of that. */
export const SlowAgain = actor(import.meta, {
  name: 'slow-again',
  async init(_input: undefined, ctx) {
    if (ctx.incarnation === 2) await ctx.sleep('1h');
    return null;
  },
  handlers: { incarnation: (ctx): number => ctx.incarnation },
});
