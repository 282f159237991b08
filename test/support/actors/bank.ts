import { actor, poolOf } from '../../../index.ts';
import { Teller } from './teller.ts';

const Tellers = poolOf(Teller, { size: 2 });

/** Has tellers of its own, wherever it lives. */
export const Bank = actor(import.meta, {
  name: 'bank',
  init: () => ({}),
  handlers: {
    async open(ctx): Promise<string[]> {
      const tellers = await ctx.spawn(Tellers, { input: { greeting: 'hello' }, host: 'thread' });
      return Promise.all([tellers.ask.who(), tellers.ask.who()]);
    },
  },
});
