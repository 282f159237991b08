import type { Account } from './account.ts';
import type { ActorFacts, ActorSnapshot } from '../core/actor-snapshot.ts';
import type { CrashScene } from './crash-scene.ts';
import type { Decision } from '../core/decision.ts';
import type { DefinitionId } from '../core/definition.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { HostSettings } from '../core/host-options.ts';
import type { Loss } from './lost-messages.ts';
import type { LogEntry, LogThreshold } from '../core/log.ts';
import type { ShapeData } from '../core/shape.ts';
import type { StartedNumbers } from './started-numbers.ts';
import type { Supervision } from '../core/restart.ts';
import type { SystemEvents } from './events.ts';

/**
 * What kernels and the authority say to each other. On the main thread these are function calls; from and
 * to other hosts they travel on the link, in order with the messages.
 */

/** The main thread's kernel: the authority's host. */
export const MAIN_HOST = 0;

/** The slot above all others; the parent of what has none. */
export const ROOT_SLOT = 0;

/** The number of no slot: a name that nobody has stands for it. */
export const NO_SLOT = 2 ** 32 - 1;

/**
 * Threads of the program have even numbers, and so have the slots whose actors live in them; processes have odd ones.
 * Whoever knows a number knows whether memory can be shared with what it stands for: neither ever moves to the other kind.
 */
export function isThreadNumber(id: number): boolean {
  return id % 2 === 0;
}

/** The next free number after `last`, for a thread or a process. */
export function numberAfter(last: number, isThread: boolean): number {
  return (Math.floor(last / 2) + 1) * 2 + (isThread ? 0 : 1);
}

/** Everything that starting an incarnation takes, apart from where. */
export interface ActorSeed {
  /** Absent when the definition is at hand where the actor starts: local-only ones. */
  readonly id: DefinitionId | undefined;
  readonly shape: ShapeData;
  /** Encoded once, decoded at each start; absent for local-only definitions, whose input stays as it is. */
  readonly input: StoredValue | undefined;
}

/** A value that is decoded as often as it is needed, wherever that is. */
export interface StoredValue {
  readonly bytes: Uint8Array;
  /** The shapes of the refs in it. */
  readonly shapes: readonly ShapeData[];
  /** The shared memory in it: only threads have that. */
  readonly shared: readonly SharedArrayBuffer[];
}

/** A `Place`, as data: a set is a number here. */
export type PlaceData =
  | { readonly kind: 'local' }
  | { readonly kind: 'thread' | 'process'; readonly settings: HostSettings }
  | { readonly kind: 'thread' | 'process'; readonly set: number };

/** All that a ref to a slot takes. */
export interface SlotIdentity {
  readonly slot: number;
  readonly path: string;
  readonly shape: ShapeData;
}

/** How a slot is known to those who send to it. */
export type SlotNotice =
  | { readonly status: 'up'; readonly host: number; readonly incarnation: number; readonly isDaemon: boolean }
  | { readonly status: 'restarting'; readonly reason: ExitReason }
  /** Its supervisor keeps its spec, and may be asked to start it: nobody waits for that. */
  | { readonly status: 'stopped'; readonly reason: ExitReason }
  | { readonly status: 'dead'; readonly reason: ExitReason };

/** From a kernel to the authority. */
export type Request =
  | {
    readonly type: 'spawn';
    readonly request: number;
    readonly parent: number;
    /** The life of the parent that asks: a later one has nothing to do with it. */
    readonly parentIncarnation: number;
    readonly key: string | undefined;
    readonly name: string | undefined;
    readonly seed: ActorSeed;
    /** What its lives find as saved until one of them saves something. */
    readonly saved: StoredValue | undefined;
    readonly place: PlaceData;
    readonly timeoutMs: number;
    /** Of a supervisor's child: its slot outlives its incarnations. */
    readonly supervision: Supervision | undefined;
    /** Those below a daemon are daemons in any case. */
    readonly isDaemon: boolean;
  }
  /** Takes back the spawn with this request. */
  | { readonly type: 'cancel'; readonly request: number }
  | { readonly type: 'restart'; readonly request: number; readonly slot: number }
  | {
    readonly type: 'shutdown';
    readonly request: number;
    readonly slot: number;
    readonly graceMs: number;
    /** Whether it is started again; with the reason for which its supervisor ends, if and when that is. */
    readonly comesBack: boolean | ExitReason;
  }
  | { readonly type: 'stop'; readonly request: number; readonly slot: number; readonly graceMs: number }
  | { readonly type: 'rest' | 'remove' | 'kill' | 'watch' | 'unwatch'; readonly slot: number }
  /** Answered by `done`, whose reason is there when the actor is dead, by `failed`, or by a `snapshot`. */
  | { readonly type: 'suspend' | 'resume' | 'inspect'; readonly request: number; readonly slot: number }
  /** The answer to an order with an inquiry's number. */
  | { readonly type: 'obeyed'; readonly inquiry: number }
  | { readonly type: 'inspected'; readonly inquiry: number; readonly facts: ActorFacts | undefined }
  /** `incarnation`: the life that it is about; of the present one if undefined. */
  | { readonly type: 'monitor'; readonly slot: number; readonly by: number; readonly incarnation: number | undefined }
  | { readonly type: 'demonitor' | 'link' | 'unlink'; readonly slot: number; readonly by: number }
  /** Which actors live right below a slot? */
  | { readonly type: 'children'; readonly request: number; readonly slot: number }
  /** Who has the name? */
  | { readonly type: 'whereis'; readonly request: number; readonly name: string }
  | { readonly type: 'join' | 'leave'; readonly request: number; readonly group: string; readonly slot: number }
  | { readonly type: 'members'; readonly request: number; readonly group: string }
  | { readonly type: 'trap'; readonly slot: number; readonly trap: boolean }
  | { readonly type: 'started'; readonly slot: number; readonly incarnation: number }
  /** What the next life in a slot is to find. */
  | { readonly type: 'saved'; readonly slot: number; readonly incarnation: number; readonly saved: StoredValue }
  | {
    readonly type: 'ended';
    readonly slot: number;
    readonly incarnation: number;
    readonly reason: ExitReason;
    /** With the reason `normal`: its `init` has ignored the start. */
    readonly wasStarting: boolean;
    /** What it was at when it failed. */
    readonly scene?: CrashScene | undefined;
  }
  /** What its supervisor says of a child that has ended for `reason`. */
  | { readonly type: 'decided'; readonly slot: number; readonly reason: ExitReason; readonly decision: Decision }
  | { readonly type: 'ready' }
  | { readonly type: 'busy'; readonly isBusy: boolean }
  | { readonly type: 'drained' }
  /** The host has been told to end by a signal: it takes no more actors. */
  | { readonly type: 'ending' }
  /** What this kernel has lost with a host that is gone. */
  | ({ readonly type: 'lost'; readonly host: number } & Loss)
  | { readonly type: 'account'; readonly request: number; readonly account: Account }
  /** The host is about to end, and this is why. */
  | { readonly type: 'failing'; readonly error: Error }
  | { readonly type: 'log'; readonly entry: LogEntry }
  | { [K in keyof SystemEvents]: { readonly type: 'event'; readonly name: K; readonly event: SystemEvents[K] } }[
    'dead_letter' | 'overload' | 'refused' | 'late_reply'];

/** From the authority to a kernel. */
export type Order =
  | {
    readonly type: 'start';
    /** The kernel's own request when it asked for this start: it may have the definition at hand. */
    readonly request: number | undefined;
    readonly slot: number;
    readonly path: string;
    readonly incarnation: number;
    readonly seed: ActorSeed;
    readonly saved: StoredValue | undefined;
    readonly isHeld: boolean;
    readonly isDaemon: boolean;
    /** Undefined for an actor of the program itself. */
    readonly parent: SlotIdentity | undefined;
  }
  | { readonly type: 'spawned'; readonly request: number; readonly slot: number; readonly path: string; readonly notice: SlotNotice }
  /** `reason`: of an end; of a restart that was ignored, `normal`. */
  | { readonly type: 'done'; readonly request: number; readonly reason: ExitReason | undefined }
  | { readonly type: 'failed'; readonly request: number; readonly error: Error }
  | {
    readonly type: 'found';
    readonly request: number;
    /** Of all that were found. */
    readonly shape: ShapeData | undefined;
    readonly actors: readonly { readonly slot: number; readonly path: string }[];
  }
  | { readonly type: 'children'; readonly request: number; readonly actors: readonly SlotIdentity[] }
  | { readonly type: 'slot'; readonly slot: number; readonly notice: SlotNotice }
  | { readonly type: 'shutdown' | 'kill'; readonly slot: number; readonly incarnation: number }
  | { readonly type: 'suspend' | 'resume' | 'inspect'; readonly inquiry: number; readonly slot: number; readonly incarnation: number }
  | { readonly type: 'snapshot'; readonly request: number; readonly snapshot: ActorSnapshot }
  | { readonly type: 'retire'; readonly slot: number; readonly reason: ExitReason }
  | {
    readonly type: 'exit';
    readonly slot: number;
    readonly about: SlotIdentity;
    readonly reason: ExitReason;
    /** The host that was lost with it, if that was its end. */
    readonly lostHost: number | undefined;
  }
  /** What the actor in `slot` was linked with, has ended. */
  | {
    readonly type: 'link_exit';
    readonly slot: number;
    readonly incarnation: number;
    readonly about: SlotIdentity;
    readonly reason: ExitReason;
  }
  /** No exit of a link that was ended comes after this. */
  | { readonly type: 'unlinked'; readonly slot: number; readonly from: number }
  | {
    readonly type: 'down';
    readonly slot: number;
    readonly about: SlotIdentity;
    readonly reason: ExitReason;
    readonly incarnation: number | undefined;
    readonly restarting: boolean;
  }
  | {
    readonly type: 'host_gone';
    readonly host: number;
    readonly reason: ExitReason;
    /** Of the messages that this kernel sent there. */
    readonly started: StartedNumbers | undefined;
  }
  | { readonly type: 'account'; readonly request: number }
  | { readonly type: 'log_level'; readonly level: LogThreshold }
  | { readonly type: 'drain' };
