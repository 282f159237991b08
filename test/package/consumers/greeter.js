import { actor } from 'troupe';

export const Greeter = actor(import.meta, {
  init: () => null,
  handlers: { greet: (ctx, whom) => `hello ${whom} from ${ctx.name}` },
});
