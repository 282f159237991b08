import type { ActorRef } from './actor-ref.ts';
import type { ExitReason } from './exit-reason.ts';

/** A monitored actor ended. One per monitor and incarnation. */
export interface Down {
  readonly ref: ActorRef<object>;
  readonly reason: ExitReason;
  /** Which of its lives has ended, as its `ctx.incarnation`; undefined when it had ended for good before the monitor. */
  readonly incarnation: number | undefined;
  /**
   * Whether it starts again, and this monitor goes on. False is certain: nobody starts it again, except by hand, with a restart
   * of a sibling, or of a supervisor that was gone itself; then it takes another `monitor`. True is what its `restart` says, and
   * those of the supervisors above it: one of them may still give up, or be stopped, and `ref.closed` resolves then.
   */
  readonly restarting: boolean;
}

/** A child or a linked actor ended. Only actors that called `ctx.trapExit(true)` are told. */
export interface Exit {
  readonly ref: ActorRef<object>;
  readonly reason: ExitReason;
}
