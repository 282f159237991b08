import { actor } from '../index.ts';

export const Echo = actor(import.meta, {
  name: 'echo',
  init: () => ({ n: 0 }),
  handlers: {
    add(ctx, by: number) { ctx.state.n += by; },
    echo: (_ctx, value: number) => value,
    total: (ctx) => ctx.state.n,
  },
});
