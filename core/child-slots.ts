import type { ActorRef } from './actor-ref.ts';
import type { Decision } from './decision.ts';
import type { ExitReason } from './exit-reason.ts';
import type { Place } from './place.ts';
import type { StartContext } from './context.ts';

export interface ChildStart {
  readonly definition: unknown;
  readonly input: unknown;
  readonly place: Place;
  readonly timeoutMs: number;
  /** Registers it: a name of its own in the whole system. */
  readonly name?: string | undefined;
}

/**
 * The mechanism that supervisors are made of: child slots that outlive their incarnations. When an
 * incarnation ends, its slot waits, messages and all, until it is started again or removed.
 */
export interface ChildSlots {
  /** @throws {StartFailedError | StartTimeoutError} (as a rejection) The slot is gone then. */
  start(key: string, start: ChildStart): Promise<ActorRef<object>>;
  /** Starts the next incarnation. @throws As `start`; the slot goes on to wait. */
  restart(child: ActorRef<object>): Promise<void>;
  /**
   * Ends the incarnation: after its current message, killed after `graceMs` (0: at once). Resolves with the
   * reason when it has ended; at once if it has. No `exit` signal comes from it.
   */
  shutdown(child: ActorRef<object>, graceMs: number): Promise<ExitReason>;
  /** Gives up the slot: what waits in it becomes dead letters, its ref is dead. */
  remove(child: ActorRef<object>): void;
}

/** What a supervisor's `init` gets beside the rest. It may be used as long as the supervisor lives. */
export interface SupervisorContext extends StartContext {
  readonly children: ChildSlots;
  /** Milliseconds that only grow. */
  uptime(): number;
  /** Says what becomes of a child that has ended for `reason`: once for every such end that it decides about. */
  announce(child: ActorRef<object>, reason: ExitReason, decision: Decision): void;
  /** Ends this actor with `reason`, after the current message. */
  end(reason: ExitReason): void;
}
