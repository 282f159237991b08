import type { ActorDefinition } from './actor.ts';
import type { ActorRef, ApiOf } from './actor-ref.ts';
import type { Where } from './definition.ts';
import type { Duration } from './duration.ts';
import type { RefusedError } from './errors.ts';
import type { Logger } from './log.ts';
import type { Movable } from './sendable.ts';
import type { Spawn } from './spawn-options.ts';

/** This actor's own ref. As it is, it can be sent; `as` gives it its types. */
export interface SelfRef extends Movable {
  /**
   * `ctx.self.as(Counter).tell.tick()`. A handler that returns an answer got this way needs a written return
   * type.
   *
   * @throws {DefinitionMismatchError} This actor runs another definition.
   */
  as<I, H, W extends Where>(definition: ActorDefinition<I, H, W>): ActorRef<ApiOf<H>>;
}

/** What every context has; `init` gets no state yet. */
export interface StartContext {
  /** The actor's path: its own name behind its parent's, `shop/orders`. */
  readonly name: string;
  /** 1 for the first life of this actor, 2 after its first restart, and so on. */
  readonly incarnation: number;
  /** Aborted when nobody waits for this handler's result any more, or the actor ends. */
  readonly signal: AbortSignal;
  readonly self: SelfRef;
  readonly log: Logger;
  /** Resolves after `duration`; rejects with the reason when `signal` is aborted. */
  sleep(duration: Duration): Promise<void>;
  /** Milliseconds since 1970, from the system's clock. */
  now(): number;
  /** In [0, 1), from the system's source of chance. */
  random(): number;
  /** An identifier that nobody else has. */
  id(): string;
  /** Starts a child, which ends with this actor. */
  spawn: Spawn;
}

/** What `init` gets. */
export interface InitContext extends StartContext {
  /**
   * `return ctx.ignore()`: there is nothing to do, so no actor is started, and that is no failure. A supervisor keeps the
   * child stopped, or forgets it if it is `temporary`; `spawn` rejects with {@link StartFailedError}.
   */
  ignore(): never;
}

/** What a handler may do. */
export interface ActorContext<S> extends StartContext {
  /** What `init` returned. Change it in place. */
  readonly state: S;
  /**
   * An expected failure: `throw ctx.refuse('sold_out', 'no seats left')`. The actor and its state stay.
   *
   * @throws {TypeError} `code` is empty, or begins with `TROUPE_`.
   */
  refuse(code: string, message: string, data?: unknown): RefusedError;
  /**
   * An answer for later: a handler that returns `later.promise` releases the mailbox now and answers when
   * it settles. It rejects the ask with what `reject` is given; the actor stays. Do nothing else with the promise:
   * whatever calls its `then` (a race, say) releases the mailbox as well.
   */
  later<T>(): Later<T>;
  /** Has `signals.down` told when the actor ends, once per incarnation; at once if it has ended for good. */
  monitor(ref: ActorRef<object>): void;
  /** Ends a monitor. No `down` of it is delivered after this call. */
  demonitor(ref: ActorRef<object>): void;
  /** Whether `signals.exit` is told of the ends of children. Default false. */
  trapExit(trap: boolean): void;
  /** Ends this actor, reason `normal`, after the current message. */
  stop(): void;
}

/** An answer that a handler gives later: settle it once, from any later handler of the actor. */
export interface Later<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}
