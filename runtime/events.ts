import { EventEmitter } from 'eventemitter3';
import type { CrashReport } from './crash-report.ts';
import type { DeadLetterReason } from '../core/envelope.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { HostKind } from '../core/spawn-options.ts';
import type { LogEntry } from '../core/log.ts';
import { checkLiteral } from '../core/options.ts';

/** Everything that happens in a system, as it happens. `actor` is a path. */
export interface SystemEvents {
  spawned: { readonly actor: string; readonly host: HostKind; readonly definition: string };
  started: { readonly actor: string; readonly incarnation: number };
  /** The incarnation ended abnormally; `crash_report` follows when it is decided what becomes of the actor. */
  crashed: { readonly actor: string; readonly incarnation: number; readonly reason: ExitReason };
  /** All that is known of an abnormal end, or of a restart that failed: one for each. */
  crash_report: CrashReport;
  /** A supervisor starts it again. */
  restarting: {
    readonly actor: string; readonly reason: ExitReason; readonly restarts: number; readonly budgetLeft: number;
    readonly delayMs: number;
  };
  /** The slot is gone: the actor has ended for good. */
  stopped: { readonly actor: string; readonly reason: ExitReason };
  /**
   * `count` messages without a receiver; so many of them may have run, all others provably did not. The letters of a lost
   * host come as one, with neither actor nor handler.
   */
  dead_letter: {
    readonly actor: string | undefined; readonly handler: string | undefined; readonly reason: DeadLetterReason;
    readonly count: number; readonly maybeExecuted: number;
  };
  /**
   * More messages wait than should: at a mailbox with a `capacity` that is full, or at a sender that goes on although
   * `tell` returned false, from twice the high-water mark on. Told again at each doubling, and anew when there was room
   * in between.
   */
  overload: { readonly actor: string; readonly at: 'capacity' | 'high_water'; readonly limit: number; readonly waiting: number };
  /** A handler refused a message that nobody waits for. */
  refused: { readonly actor: string; readonly handler: string; readonly code: string; readonly message: string };
  /** A reply came when nobody waited for it any more. */
  late_reply: { readonly count: number };
  host_started: { readonly host: number; readonly kind: HostKind };
  /** A set of hosts starts another one in place of one that it has lost. */
  host_restarting: {
    readonly hosts: string; readonly kind: HostKind; readonly reason: ExitReason; readonly restarts: number;
    readonly budgetLeft: number; readonly delayMs: number;
  };
  /** A thread or process is gone, whatever the cause. */
  host_ended: { readonly host: number; readonly kind: HostKind; readonly reason: ExitReason };
  /** One is gone that nobody had asked to end. */
  host_lost: { readonly host: number; readonly kind: HostKind; readonly reason: ExitReason };
  /** An actor has logged something, at the level of the system or above it. */
  log: LogEntry;
}

const IS_EVENT: Readonly<Record<keyof SystemEvents, true>> = {
  spawned: true, started: true, crashed: true, crash_report: true, restarting: true, stopped: true, dead_letter: true, overload: true, refused: true,
  late_reply: true, host_started: true, host_restarting: true, host_ended: true, host_lost: true, log: true,
};

export const EVENT_NAMES = Object.keys(IS_EVENT) as readonly (keyof SystemEvents)[];

type Listeners = { [K in keyof SystemEvents]: (event: SystemEvents[K]) => void };

/** One typed event stream per system. */
export class Events {
  readonly #emitter = new EventEmitter<Listeners>();
  readonly #failed: (error: unknown) => void;

  /** @param failed Told what a listener threw: it must not stop what the event is about. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /**
   * Calls `listener` at each event with this name; what it throws becomes an uncaught exception of the program.
   * Returns what takes the listener back.
   *
   * @throws {TypeError} There is no event with this name.
   */
  on<K extends keyof SystemEvents>(name: K, listener: (event: SystemEvents[K]) => void): () => void {
    checkLiteral(name, 'the name of an event', EVENT_NAMES);
    const guarded = (event: SystemEvents[K]): void => {
      try {
        listener(event);
      } catch (error) {
        this.#failed(error);
      }
    };
    this.#emitter.on(name, guarded as never);
    return () => { this.#emitter.off(name, guarded as never); };
  }

  emit<K extends keyof SystemEvents>(name: K, event: SystemEvents[K]): void {
    (this.#emitter.emit as (name: K, event: SystemEvents[K]) => boolean).call(this.#emitter, name, event);
  }
}
