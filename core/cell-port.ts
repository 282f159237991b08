import type { ActorRef, Ref } from './actor-ref.ts';
import type { ChildSlots } from './child-slots.ts';
import type { Clock, Random } from './clock.ts';
import type { Current } from './current.ts';
import type { Decision } from './decision.ts';
import type { Down } from './signal.ts';
import type { Deadlines } from './deadlines.ts';
import type { Envelope } from './envelope.ts';
import type { ExitReason } from './exit-reason.ts';
import type { HostInfo } from './host-info.ts';
import type { ActorLog } from './log.ts';
import type { Mailbox } from './mailbox.ts';
import type { OpenGroup } from './group.ts';
import type { Spawn } from './spawn-options.ts';
import type { Timer } from './timers.ts';
import type { Whereis } from './registry.ts';

/** What a cell needs of the runtime; the slot that it lives in. */
export interface CellPort {
  readonly slotId: number;
  readonly path: string;
  readonly self: Ref;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly random: Random;
  readonly deadlines: Deadlines;
  readonly current: Current;
  /** Whether all handlers are followed over their awaits, synchronous functions too: simulations ask what they wait for. */
  readonly followsAll: boolean;
  readonly host: HostInfo;
  /** Whether nothing that it does keeps the program alive. */
  readonly isDaemon: boolean;
  /** Undefined for an actor of the program itself. */
  readonly parent: ActorRef<object> | undefined;
  readonly spawn: Spawn;
  readonly children: ChildSlots;
  readonly whereis: Whereis;
  readonly group: OpenGroup;
  /** What an earlier life has saved last, decoded anew. */
  readonly saved: unknown;
  logOf(incarnation: number): ActorLog;
  /** Keeps a copy for the next life. @throws {NotSendableError | FrameTooLargeError} */
  save(value: unknown): void;
  /** Sends all that waits on this host, now. */
  flush(): void;
  /** Asks for a turn of the scheduler. */
  wake(): void;
  nextInvocationId(): number;
  /** Resolves after timers and input had their turn. */
  breathe(): Promise<void>;
  /** The time at which this turn began, near enough for a report. */
  turnStartedAt(): number;
  activeChildren(): Promise<readonly ActorRef<object>[]>;
  join(group: string): Promise<void>;
  leave(group: string): Promise<void>;
  monitor(ref: ActorRef<object>, incarnation: number | undefined): void;
  demonitor(ref: ActorRef<object>): void;
  /** Whether the monitor that `down` is of still stands; it is over when its actor is. */
  isMonitored(down: Down): boolean;
  link(ref: ActorRef<object>): void;
  unlink(ref: ActorRef<object>): void;
  trapExit(trap: boolean): void;
  /** The signal of a timer that is due takes its place in the mailbox. */
  postTimer(timer: Timer): void;
  /** Timers that keep the program alive wait, or don't any more. */
  awaitTimers(isAwaiting: boolean): void;
  announce(child: ActorRef<object>, reason: ExitReason, decision: Decision): void;
  /** The count of handlers that run beyond their turn went from or to zero. */
  busy(isBusy: boolean): void;
  started(): void;
  refused(envelope: Envelope, refusal: Error): void;
  /**
   * It ends abnormally: told once, before anything of its end, so that a report can say what it was at.
   *
   * @param message The message that did it, or that was being handled.
   * @param recent The handlers of the last messages beside that, the oldest first.
   */
  crashing(reason: ExitReason, message: Envelope | undefined, recent: readonly number[]): void;
  /** The one call that ends a cell. A cell that ends while it starts has failed to start; with `normal`, it has ignored that. */
  ended(reason: ExitReason, wasStarting: boolean): void;
}
