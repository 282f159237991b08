import type { ActorRef } from '../../../index.ts';
import { actor } from '../../../index.ts';

/** Takes down what it is told, and the ends of those whom it watches. */
export const Sink = actor(import.meta, {
  name: 'sink',
  init: () => [] as unknown[],
  handlers: {
    note(ctx, item: unknown) { ctx.state.push(item); },
    watch(ctx, ref: ActorRef<object>) { ctx.monitor(ref); },
    noted: (ctx): readonly unknown[] => ctx.state,
    block: (): Promise<void> => new Promise(() => undefined),
    crash(): never { throw new Error('crash on request'); },
  },
  signals: {
    down(ctx, { reason }) { ctx.state.push(`down: ${reason.kind}`); },
  },
  concurrency: 2,
});
