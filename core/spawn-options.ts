import type { ActorDefinition } from './actor.ts';
import type { ActorHandle, ApiOf, WaitOptions } from './actor-ref.ts';
import type { HostOptions } from './host-options.ts';
import type { HostSet } from './host-set.ts';
import type { HasShared } from './sendable.ts';
import type { Restorable } from './restorable-definition.ts';
import type { Where } from './definition.ts';
import { HOST_OPTIONS } from './host-options.ts';

/** The kinds of host: this thread, a worker thread, a process of its own. */
export type HostKind = 'local' | 'thread' | 'process';

/** Where a definition may be spawned; without `import.meta` only `'local'`, by type. */
export type HostOf<W> = W extends 'anywhere' ? HostKind | HostSet : 'local';

/** The options `O` where a `T` is to go: not to a process, if it has shared memory. */
export type HostFor<T, O extends { host?: unknown }> = [HasShared<T>] extends [never] ? O
  : O extends unknown ? Omit<O, 'host'> & { host?: Exclude<O['host'], 'process'> | Unshared } : never;

/** What the compiler says where shared memory would go to a process. */
type Unshared = 'only threads share memory: what processes share is a state actor';

type Input<I> = unknown extends I ? { input?: undefined } : undefined extends I ? { input?: I } : { input: I };

/** The options may be left out only when `init` needs no input. A definition that takes snapshots, an `S`, is given one of them or an input. */
export type Given<I, O extends { host?: unknown }, S = never> =
  undefined extends I ? [options?: (HostFor<I, O> & Input<I>) | Restored<I, O, S>] : [options: (HostFor<I, O> & Input<I>) | Restored<I, O, S>];

type Restored<I, O extends { host?: unknown }, S> = [S] extends [never] ? never : HostFor<I | S, O> & { snapshot: S; input?: I };

/** How an actor is started, beside its `input`; with `host: 'thread'` or `'process'` also what its host is given. */
export interface SpawnOptions<W> extends WaitOptions, HostOptions {
  /** Registers the actor under this name, unique in its system, for `whereis`; also the last part of its path. */
  name?: string;
  /**
   * `'local'`: the host of whoever spawns. `'thread'`, `'process'`: one of its own, which ends with the actor. What
   * `hosts()` returns: one that it shares with others. Default `'local'`.
   */
  host?: HostOf<W>;
  /**
   * Keeps no program alive, whatever it does: its handlers, timers, asks, its children, all of them daemons too, and what is told to them don't
   * count. Whoever waits for it (an ask, `closed`) counts as ever. It ends with the program, as idle actors do. Default false.
   */
  daemon?: boolean;
}

/** The names of {@link SpawnOptions}. */
export const SPAWN_OPTIONS = ['name', 'host', 'timeout', 'signal', 'daemon', ...HOST_OPTIONS] as const;

/**
 * Starts an actor and resolves when its `init` is done; its ref can be used, and sent, at once.
 *
 * Called in a handler, the new actor is a child: it ends with its parent. Nothing restarts it; for that,
 * put it into a `supervisor()`.
 *
 * @param options.input What `init` gets: plain data, encoded once.
 * @param options.snapshot What `ctx.saved` is until the actor saves something itself, for definitions that take one; the `input` may be left out then.
 * @param options.timeout How long host and `init` may take together. Default 30 s.
 * @throws {StartFailedError} (all as rejections) The host or the module can't be loaded, or `init` threw; `cause` says what.
 * @throws {StartTimeoutError} Not ready within `timeout`.
 * @throws {DefinitionMismatchError} The module makes another definition, or none, on that host.
 * @throws {NameTakenError} Another actor has this `name`; `ref` is that one's.
 * @throws {ActorStoppedError} The actor whose child it was to be has ended.
 * @throws {NotSendableError | FrameTooLargeError} The `input`, or the `snapshot`, can't be sent.
 * @throws {TypeError | RangeError} An option isn't what it should be.
 * @throws {ActorError} `TROUPE_LOCAL_ONLY`, `TROUPE_NOT_IMPORTABLE`, `TROUPE_RESERVED_NAME`, `TROUPE_SPAWN_WHILE_LOADING`,
 *   `TROUPE_SYSTEM_STOPPED`.
 * @throws What `signal` was aborted with.
 * @example
 * await using counter = await spawn(Counter, { input: { start: 0 }, host: 'thread' });
 * const n = await counter.ask.increment(5);
 */
export interface Spawn {
  <I, H, W extends Where, S = never>(
    definition: ActorDefinition<I, H, W> & Restorable<S>, ...options: Given<I, SpawnOptions<W>, NoInfer<S>>
  ): Promise<ActorHandle<ApiOf<H>>>;
  // Never chosen: it is what the compiler prints when the input was forgotten.
  (definition: InputMissing): never;
}

/** What the compiler says when `init` takes an input and none was given. */
export type InputMissing = 'its init takes an input: give it, { input: ... }';
