import type { ActorRef } from './actor-ref.ts';
import type { Cancel } from './clock.ts';
import type { Decision } from './decision.ts';
import type { Definition, DefinitionAddress } from './definition.ts';
import type { Exit } from './signal.ts';
import type { ExitReason } from './exit-reason.ts';
import type { Place } from './place.ts';
import type { Supervision } from './restart.ts';
import type { StartContext } from './context.ts';

/** How a child is started. */
export interface ChildStart {
  readonly definition: Definition | DefinitionAddress;
  readonly input: unknown;
  readonly place: Place;
  readonly timeoutMs: number;
  /** Registered, unique in the system. */
  readonly name: string | undefined;
  readonly supervision: Supervision;
}

/** A child's slot, and whether its actor is up: not when `init` has ignored the start. The slot waits then. */
export interface StartedChild {
  readonly ref: ActorRef<object>;
  readonly isUp: boolean;
}

/**
 * The mechanism that supervisors are made of: child slots that outlive their incarnations. When an
 * incarnation ends, its slot waits, messages and all, until it is started again or removed.
 */
export interface ChildSlots {
  /**
   * @param key The last part of its path. Default: made of the definition's title.
   * @param signal Takes the start back.
   * @throws {StartFailedError | StartTimeoutError} (as a rejection) The slot is gone then.
   */
  start(key: string | undefined, start: ChildStart, signal?: AbortSignal): Promise<StartedChild>;
  /** Starts the next incarnation; false when `init` has ignored that. @throws As `start`; the slot goes on to wait. */
  restart(child: ActorRef<object>): Promise<boolean>;
  /**
   * Ends the incarnation: after its current message, killed after `graceMs` (0: at once). Resolves when it has ended; at
   * once if it has. No `exit` signal comes from it any more, not even one that waits already.
   *
   * @param comesBack Whether it is started again afterwards: the reason for which its supervisor ends leaves that to those above.
   */
  shutdown(child: ActorRef<object>, graceMs: number, comesBack: boolean | ExitReason): Promise<void>;
  /** It isn't started again soon: a host of its own ends, and nobody waits for it. The slot goes on to be there. */
  rest(child: ActorRef<object>): void;
  /** Gives up the slot: what waits in it becomes dead letters, its ref is dead. */
  remove(child: ActorRef<object>): void;
}

const never = (): Promise<never> => new Promise<never>(() => {});

/**
 * What an incarnation gets that has ended: its successor has the slots, so nothing happens any more, and what still waits for
 * something in it never goes on.
 */
export const NO_CHILD_SLOTS: ChildSlots = {
  start: never, restart: never, shutdown: never, rest: () => undefined, remove: () => undefined,
};

/** The end of a child. */
export interface ChildExit extends Exit {
  /** The host that was lost, if that was its end: the same number for all that were lost with it. */
  readonly lostHost?: number | undefined;
}

/** What a supervisor's `init` gets beside the rest. It may be used as long as the supervisor lives. */
export interface SupervisorContext extends StartContext {
  readonly children: ChildSlots;
  /** Milliseconds that only grow. */
  uptime(): number;
  /** Calls `run` after `ms`, unless this actor has ended. */
  alarm(ms: number, run: () => void): Cancel;
  /** Says what becomes of a child that has ended for `reason`: once for every such end that it decides about. */
  announce(child: ActorRef<object>, reason: ExitReason, decision: Decision): void;
  /** Ends this actor with `reason`, after the current message. */
  end(reason: ExitReason): void;
}
