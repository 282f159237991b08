// expect: Type '(ctx: ActorContext<{ ticks: number; }>) => AsyncGenerator<{ tick: number; skip: () => undefined; }, void, unknown>' is not assignable to type '((ctx: ActorContext<{ ticks: number; }>) => AsyncGenerator<{ tick: number; skip: () => undefined; }, void, unknown>) & "result of 'ticks'.skip: a function cannot leave its thread"'.
// expect:   Type '(ctx: ActorContext<{ ticks: number; }>) => AsyncGenerator<{ tick: number; skip: () => undefined; }, void, unknown>' is not assignable to type '"result of 'ticks'.skip: a function cannot leave its thread"'.
import { actor } from '../../../index.ts';

export const Clock = actor(import.meta, {
  init: () => ({ ticks: 0 }),
  handlers: {
    async *ticks(ctx) { yield { tick: ++ctx.state.ticks, skip: () => undefined }; },
  },
});
