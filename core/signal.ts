import type { ActorRef } from './actor-ref.ts';
import type { ExitReason } from './exit-reason.ts';

/** A monitored actor ended. One per monitor and incarnation. */
export interface Down {
  readonly ref: ActorRef<object>;
  readonly reason: ExitReason;
  /** Whether its supervisor starts it again; the ref goes on to work then. */
  readonly restarting: boolean;
}

/** A child ended. Only actors that called `ctx.trapExit(true)` are told. */
export interface Exit {
  readonly ref: ActorRef<object>;
  readonly reason: ExitReason;
}
