import type { ActorDefinition } from './actor.ts';
import type { ActorRef, ApiOf } from './actor-ref.ts';
import type { Where } from './definition.ts';
import type { Cancel } from './clock.ts';
import type { Duration } from './duration.ts';
import type { RefusedError } from './errors.ts';
import type { HostInfo } from './host-info.ts';
import type { ActorLog } from './log.ts';
import type { OpenGroup } from './group.ts';
import type { Movable } from './sendable.ts';
import type { Spawn } from './spawn-options.ts';
import type { Whereis } from './registry.ts';

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

/** What a monitor is of. */
export interface MonitorOptions {
  incarnation?: number | undefined;
}

/** What every context has; `init` gets no state yet. */
export interface StartContext {
  /** The actor's path: its own name behind its parent's, `shop/orders`. */
  readonly name: string;
  /** 1 for the first life of this actor, 2 after its first restart, and so on. */
  readonly incarnation: number;
  /**
   * Which line of work of this actor it is, for what belongs to one of them, as a lock does: 0 for all that the actor does one at a time, a
   * number of its own for each stream, for each message where `concurrency` lets several in, and for what goes on when its handler has
   * ended, or answers later. A number is of one incarnation.
   */
  readonly strand: number;
  /** Aborted when nobody waits for this handler's result any more, or the actor ends. */
  readonly signal: AbortSignal;
  readonly self: SelfRef;
  /** The thread or process that this actor lives in. */
  readonly host: HostInfo;
  /** For people to read: entries of this actor, which one writer on the main thread writes. */
  readonly log: ActorLog;
  /**
   * What an earlier life of this actor has saved last, decoded anew whenever it is looked at. As long as none has saved anything it is the `snapshot`
   * that `spawn` was given, else undefined. It is the same for as long as this life lasts.
   */
  readonly saved: unknown;
  /**
   * Has the next life of this actor begin with a copy of `value`, as it is now: its `init` finds it as `ctx.saved`. The last one counts, until a later
   * life saves another one. It belongs to the actor's place below its supervisor, for as long as refs to that work: it is there after a crash, the
   * loss of a host, a stop and start by hand, a restart of the supervisor itself. What was saved in the moment before a host is lost may be lost with
   * it: then what was saved before that is there. Whatever is told, answered or logged after it leaves its host no sooner than it. A bare actor has no
   * next life.
   *
   * @throws {NotSendableError} `value` isn't plain data, or is a `transfer()`. What was saved before stays, here as below.
   * @throws {FrameTooLargeError} It takes more than `maxFrame`.
   * @example
   * const Visits = actor(import.meta, {
   *   name: 'visits',
   *   init: (_input: undefined, ctx) => ({ count: (ctx.saved as number | undefined) ?? 0 }),
   *   handlers: {
   *     add(ctx) {
   *       ctx.save(++ctx.state.count);
   *       return ctx.state.count;
   *     },
   *     crash() { throw new Error('boom'); },
   *   },
   * });
   * await using site = await run(supervisor({ children: { visits: child(Visits) } }), { signals: false, log: false });
   * const { visits } = site.children;
   * await visits.ask.add(); // 1
   * visits.tell.crash();
   * await visits.ask.add(); // 2
   */
  save(value: unknown): void;
  /** Resolves after `duration`; rejects with the reason when `signal` is aborted. */
  sleep(duration: Duration): Promise<void>;
  /**
   * Has `run` done once, after `duration`: as this actor's own work, one at a time with the messages. A throw is a crash. Ends with
   * this life of the actor: a restarted one sets its timers anew. Keeps the program alive until then.
   *
   * In `init` there is no state yet, and `ctx.state` of `run` has no type: there `() => ctx.self.as(Counter).tell.tick()` tells a
   * handler instead, which has it.
   *
   * @param duration Milliseconds, or `'5s'`; 0 is behind what waits in the mailbox already, `Infinity` is never.
   * @returns Takes it back: once that has returned, `run` does not begin any more.
   * @throws {RangeError} `duration` is no duration.
   * @throws {TypeError} `run` is no function, or a generator.
   * @example
   * const Cook = actor(import.meta, {
   *   name: 'cook',
   *   init: () => ({ boiled: 0 }),
   *   handlers: {
   *     boil(ctx, ms: number) {
   *       const egg = ctx.later<number>();
   *       ctx.after(ms, ({ state }) => egg.resolve(++state.boiled));
   *       return egg.promise;
   *     },
   *   },
   * });
   * const cook = await spawn(Cook);
   * await cook.ask.boil(1);
   * await cook.stop();
   */
  after(duration: Duration, run: (ctx: ActorContext<unknown>) => unknown): Cancel;
  /**
   * As {@link after}, again and again: at each multiple of `duration` from now on, by the clock, so that it never drifts. What
   * comes while the last one still waits in the mailbox is skipped.
   *
   * @param duration > 0.
   * @throws {RangeError} `duration` is no duration > 0.
   * @throws {TypeError} `run` is no function, or a generator.
   */
  every(duration: Duration, run: (ctx: ActorContext<unknown>) => unknown): Cancel;
  /**
   * Has `run` done when this actor has handled no message and no signal for so long, and nothing is running, be it a stream or an
   * answer for later. Once: the next message sets it again. There is one at most, a second call takes the place of the first. It
   * keeps no program alive, and costs messages nothing. Timers are signals, too: with a shorter `every` it never comes.
   *
   * @param duration > 0.
   * @throws {RangeError} `duration` is no duration > 0.
   * @throws {TypeError} `run` is no function, or a generator.
   */
  idle(duration: Duration, run: (ctx: ActorContext<unknown>) => unknown): Cancel;
  /** Milliseconds since 1970, from the system's clock. */
  now(): number;
  /** In [0, 1), from the system's source of chance. */
  random(): number;
  /** An identifier that nobody else has. */
  id(): string;
  /**
   * Has all leave now that this host has told others so far. It would leave as soon as the code that runs now comes to its end, or to an
   * `await`: only who computes for long without one needs this.
   */
  flush(): void;
  /** Starts a child, which ends with this actor. */
  spawn: Spawn;
  /** Finds an actor by its name, on any host. */
  whereis: Whereis;
  /** The group with this name, to publish to. */
  group: OpenGroup;
  /**
   * Makes this actor a member of a group, for its present life: a restarted one joins again in `init`.
   *
   * @throws {DefinitionMismatchError} (as a rejection) The group has members of another definition.
   * @throws {TypeError} (as a rejection) The name is no text, or empty.
   */
  join(group: string): Promise<void>;
  /** This actor is no member any more; nothing happens if it was none. */
  leave(group: string): Promise<void>;
  /**
   * Has `signals.down` told when the actor ends, once per incarnation; at once if it has ended for good. The monitor ends with
   * this incarnation.
   *
   * @param options.incarnation Which life of it matters, by its own `ctx.incarnation`: if that one has ended, `signals.down` is told so at
   *   once, whatever lives there now, with the reason `normal` when that is forgotten. Default: the one that lives when the system hears of the monitor.
   * @throws {TypeError} (as the others below) Not a ref of this system; `incarnation` is no whole number >= 1.
   */
  monitor(ref: ActorRef<object>, options?: MonitorOptions): void;
  /** Ends a monitor. No `down` of it is delivered after this call. */
  demonitor(ref: ActorRef<object>): void;
  /**
   * Ties this actor and another one together, as they live now: when one of them ends for any reason but `normal`, the other
   * one ends with the same reason, as in a crash, ahead of its messages. One that traps exits has `signals.exit` told
   * instead, of a normal end as well. Two actors have one link at most, an actor none with itself. Where there is nobody to
   * link with, that is an exit: its reason has an {@link ActorStoppedError}, or, while the actor is being restarted, an
   * {@link UnavailableError}.
   *
   * @example
   * const Guard = actor(import.meta, {
   *   init(input: { of: ActorRef<object> }, ctx) {
   *     ctx.trapExit(true);
   *     ctx.link(input.of);
   *     return { ends: [] as string[] };
   *   },
   *   handlers: { ends: (ctx) => ctx.state.ends },
   *   signals: { exit({ state }, { reason }) { state.ends.push(reason.kind); } },
   * });
   * const visits = await spawn(Counter, { input: { start: 0 } });
   * await using guard = await spawn(Guard, { input: { of: visits } });
   * visits.kill();
   * const [end] = await guard.ask.ends(); // 'killed'
   */
  link(ref: ActorRef<object>): void;
  /** Ends a link, for both. No exit of it is delivered to this actor after this call. */
  unlink(ref: ActorRef<object>): void;
  /** Whether `signals.exit` is told of the ends of children, and of linked actors instead of ending with them. Default false. */
  trapExit(trap: boolean): void;
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
  /** {@link StartContext.after}, with the state. */
  after(duration: Duration, run: (ctx: ActorContext<S>) => unknown): Cancel;
  /** {@link StartContext.every}, with the state. */
  every(duration: Duration, run: (ctx: ActorContext<S>) => unknown): Cancel;
  /** {@link StartContext.idle}, with the state. */
  idle(duration: Duration, run: (ctx: ActorContext<S>) => unknown): Cancel;
  /**
   * Puts the message aside that is being handled, when this handler ends, whatever it returns: `return ctx.stash()`. It waits until
   * {@link unstashAll}, an ask with its deadline, and is handled anew then, with the same arguments. A handler that throws has
   * not put it aside. Messages that wait here survive a crash of a supervised actor, and are handled first after it.
   *
   * @throws {StashFullError} As many are put aside as `mailbox.stash` of the definition says, default 1,024.
   * @throws {ActorError} `TROUPE_NOT_STASHABLE`: a stream, or no message at all.
   * @example
   * const Door = actor(import.meta, {
   *   name: 'door',
   *   init: () => ({ isOpen: false }),
   *   handlers: {
   *     enter(ctx, name: string): string { return ctx.state.isOpen ? `welcome, ${name}` : ctx.stash(); },
   *     open(ctx) {
   *       ctx.state.isOpen = true;
   *       ctx.unstashAll();
   *     },
   *   },
   * });
   * const door = await spawn(Door);
   * const entered = door.ask.enter('Ada');
   * door.tell.open();
   * await entered;
   * await door.stop();
   */
  stash(): never;
  /** Has all messages that were put aside handled next, in the order of their stashing, ahead of what is queued. */
  unstashAll(): void;
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
   *
   * @param abandoned Called once when nobody waits for the answer any more, with the reason: as `ctx.signal` is aborted, but far cheaper.
   *   Perhaps still called in the moment after it was settled.
   */
  later<T>(abandoned?: (reason: unknown) => void): Later<T>;
  /** Ends this actor, reason `normal`, after the current message. */
  stop(): void;
}

/** An answer that a handler gives later: settle it once, from any later handler of the actor. */
export interface Later<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
  /**
   * Runs `work` now, in whatever handler, as a part of the message that waits for this answer: what it asks others has at most the time
   * that is left, and is taken back when nobody waits any more.
   */
  run<R>(work: () => R): R;
  /** Rejects, and ends what the message is still about, as if nobody waited any more: `ctx.signal` is aborted with `reason`. */
  abandon(reason: unknown): void;
}
