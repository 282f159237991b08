import type { ActorRef } from './actor-ref.ts';
import type { ExitReason } from './exit-reason.ts';

/** A monitored actor ended. One per monitor and incarnation. */
export interface Down {
  readonly ref: ActorRef<object>;
  readonly reason: ExitReason;
  /**
   * Whether its supervisor may start it again: it hasn't decided yet. The ref goes on to work if it does, and `ref.closed`
   * resolves if it doesn't.
   */
  readonly restarting: boolean;
}

/** A child or a linked actor ended. Only actors that called `ctx.trapExit(true)` are told. */
export interface Exit {
  readonly ref: ActorRef<object>;
  readonly reason: ExitReason;
}
