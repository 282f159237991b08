// expect: Argument of type 'string' is not assignable to parameter of type 'object'.
import { actor } from '../../../index.ts';

export const Till = actor(import.meta, {
  init: () => ({ cents: 0 }),
  handlers: {
    pay(ctx, cents: number) { ctx.log.info('is paid', { cents }); },
  },
});
