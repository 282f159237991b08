import type { Address, Listener, PipeEnd } from '../../../index.ts';
import { actor, listen } from '../../../index.ts';

/** Listens where it lives, and gives away who comes. */
export const Porter = actor(import.meta, {
  name: 'porter',
  init: () => ({ listener: undefined as Listener<number, number> | undefined }),
  handlers: {
    async open(ctx, path: string, key: string): Promise<Address> {
      const listener = ctx.state.listener = await listen<number>({ path, key });
      return listener.address;
    },
    async next(ctx): Promise<PipeEnd<number, number>> {
      if (ctx.state.listener === undefined) throw ctx.refuse('closed', 'it does not listen');
      return ctx.state.listener.accept();
    },
  },
});
