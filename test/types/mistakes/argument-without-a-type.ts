// expect: Argument of type '1' is not assignable to parameter of type 'never'.
import { actor, spawn } from '../../../index.ts';

const Steps = actor(import.meta, {
  init: () => ({ n: 0 }),
  handlers: {
    step(ctx, by) { ctx.state.n += by; },
  },
});
const steps = await spawn(Steps);
steps.tell.step(1);
