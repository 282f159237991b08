// expect: Argument of type 'string' is not assignable to parameter of type 'ActorRef<object>'.
import { actor } from '../../../index.ts';

export const Linking = actor(import.meta, {
  init: () => ({}),
  handlers: {
    link(ctx) { ctx.link('visits'); },
  },
});
