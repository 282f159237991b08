import type { HostKind } from './spawn-options.ts';
import type { TimerCounts } from './timers.ts';

/** Something that an actor is handling. */
export interface Handling {
  /** The message's handler, or `init`, `stop`, `signals.down`, `signals.exit`, `after`, `every`, `idle`. */
  readonly handler: string;
  readonly sinceMs: number;
}

/** What an actor's own host knows of it. */
export interface ActorFacts {
  readonly incarnation: number;
  /** `'restarting'`: between two incarnations. */
  readonly status: 'starting' | 'running' | 'stopping' | 'restarting';
  readonly suspended: boolean;
  /** A copy; short texts stand for what can't be sent. At most 1 MB of it. */
  readonly state: unknown;
  /** Messages that wait, messages that were put aside with `ctx.stash()`, and signals: ends of others, timers that are due. */
  readonly mailbox: { readonly queued: number; readonly stashed: number; readonly signals: number };
  /** What is under way: streams, and handlers that answer later, among it. */
  readonly handling: readonly Handling[];
  readonly timers: TimerCounts;
}

/** A live actor at one moment, for diagnosis: what `system.inspect(ref)` resolves with. */
export interface ActorSnapshot extends ActorFacts {
  readonly path: string;
  /** Where it lives; 0 is the main thread. Absent while it has none. */
  readonly host: { readonly id: number; readonly kind: HostKind } | undefined;
}
