// expect: Argument of type '"1 second"' is not assignable to parameter of type 'Duration'.
import { actor } from '../../../index.ts';

export const Clockwork = actor(import.meta, {
  init: () => ({ ticks: 0 }),
  handlers: {
    start(ctx) { ctx.every('1 second', ({ state }) => state.ticks++); },
  },
});
