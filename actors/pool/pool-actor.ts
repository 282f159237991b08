import type { ActorContext, InitContext } from '../../core/context.ts';
import type { ActorRef, RefOf } from '../../core/actor-ref.ts';
import type { Batch } from './batch.ts';
import type { PoolPlan } from './dispatcher.ts';
import type { Yield } from './pool-handlers.ts';
import { Dispatcher } from './dispatcher.ts';
import { actor } from '../../core/actor.ts';

type Ctx = ActorContext<Dispatcher>;

type Deed = () => void;

interface Self {
  act(deeds: Deed[]): void;
}

/** The actor behind a pool: its workers are its children, so that they end with it, and it with whoever has made the pool. */
export const PoolActor = actor({
  name: 'pool',
  init: (plan: PoolPlan, ctx: InitContext) => {
    const self = ctx.self as unknown as ActorRef<Self>;
    const deeds: Deed[] = [];
    // What comes together, as workers answer many tasks in one frame, is one message.
    return new Dispatcher(plan, ctx, (run) => { if (deeds.push(run) === 1) self.tell.act(deeds); });
  },
  handlers: {
    ready(ctx: Ctx): Promise<void> {
      const later = ctx.later<void>();
      ctx.state.ready(later);
      return later.promise;
    },
    call(ctx: Ctx): Promise<void> { return ctx.state.begin(ctx); },
    do(ctx: Ctx, batch: Batch): Promise<Yield> { return ctx.state.take(ctx, batch); },
    cancel(ctx: Ctx, batch: Batch, reason: unknown) { ctx.state.cancel(batch, reason); },
    kill(ctx: Ctx, batch: Batch) { ctx.state.kill(batch); },
    close(ctx: Ctx) { ctx.state.close(); },
    terminate(ctx: Ctx) { ctx.state.terminate(); },
    join(ctx: Ctx): Promise<void> {
      const later = ctx.later<void>();
      ctx.state.join(later);
      return later.promise;
    },
    act(_ctx: Ctx, deeds: Deed[]) { for (const run of deeds.splice(0)) run(); },
  },
  signals: {
    down({ state }, { ref, reason }) { state.down(ref, reason); },
  },
});

/** The actor behind a pool, as its handle has it. */
export type PoolRef = RefOf<typeof PoolActor>;
