// expect: Property 'one' does not exist on type '{ 'handlers are plain functions: call a shared function instead of this': never; }'.
import { actor } from '../../../index.ts';

export const Steps = actor(import.meta, {
  init: () => ({ n: 0 }),
  handlers: {
    one(ctx) { ctx.state.n += 1; },
    two() { this.one(); },
  },
});
