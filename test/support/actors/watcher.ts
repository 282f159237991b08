import type { ActorRef } from '../../../index.ts';
import { actor } from '../../../index.ts';

/** Tells how another one has ended. */
export const Watcher = actor({
  name: 'watcher',
  init: () => ({ told: (_text: string): void => undefined, text: undefined as string | undefined }),
  handlers: {
    watch(ctx, ref: ActorRef<object>) { ctx.monitor(ref); },
    end(ctx): Promise<string> {
      const later = ctx.later<string>();
      ctx.state.told = (text) => later.resolve(text);
      if (ctx.state.text !== undefined) later.resolve(ctx.state.text);
      return later.promise;
    },
  },
  signals: {
    down({ state }, { reason }) {
      state.text = reason.kind === 'error' ? `error: ${reason.error.message}` : reason.kind;
      state.told(state.text);
    },
  },
});
