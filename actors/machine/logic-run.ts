import type { ActorContext, InitContext } from '../../core/context.ts';
import type { ActorRef } from '../../core/actor-ref.ts';
import type { EventObject } from 'xstate';
import type { ExitReason } from '../../core/exit-reason.ts';
import type { MachineSystem } from './machine-system.ts';
import type { RunRecord } from './full-snapshot.ts';
import type { Scheduled, XStateActor } from './xstate.ts';
import { ActorStoppedError } from '../../core/errors.ts';
import { Delays } from './delays.ts';
import { childLogic } from './child-logic.ts';
import { STOP, chartOf, cleanUp, divert, fail, isDone, isRunning, isStopped, parentOf, process, snapshotOf } from './xstate.ts';

/** The actor that a run lives in. */
export interface Stage {
  /** For all of its life. */
  readonly life: InitContext;
  /** Has `next` called when it is this actor's turn: something of this type has come, that never left this thread. */
  readonly wake: (type: string) => void;
  /** Told when something has come to its end here. */
  readonly settled: (ctx: ActorContext<unknown>) => void;
}

interface Incoming {
  readonly event: EventObject;
  readonly source: XStateActor | undefined;
}

/** What tells a parent of its child's life, and means nothing once the parent has dismissed it. */
const OF_LIFE = /^xstate\.(?:done|error)\.actor\.|^xstate\.snapshot\./;

const FAILURE = /^xstate\.error\.actor\./;

/** One of XState's actors in one of Troupe's: what comes to it comes by that one's mailbox, its delays are that one's timers. */
export class LogicRun {
  readonly actor: XStateActor;
  readonly #system: MachineSystem;
  readonly #inbox: Incoming[] = [];
  readonly delays: Delays;
  readonly #postponed: EventObject[] = [];
  /** What was postponed and comes next, as the state has changed. */
  readonly #again: EventObject[] = [];
  readonly #children = new Map<ActorRef<object>, LogicRun>();
  /** Those that it has begun, and that haven't ended. */
  readonly below = new Set<LogicRun>();
  #stage: Stage | undefined;
  #startNow: () => unknown;
  /** Whether its parent has told it to stop. */
  #isDismissed = false;

  constructor(system: MachineSystem, actor: XStateActor) {
    this.#system = system;
    this.actor = actor;
    this.#startNow = () => actor.start();
    this.delays = new Delays((scheduled, ctx) => this.#due(scheduled, ctx), () => { system.version++; });
  }

  get isOver(): boolean { return isStopped(this.actor); }

  /** Whether its parent has told it to stop. */
  get isDismissed(): boolean { return this.#isDismissed; }
  get isGone(): boolean { return this.#isDismissed || this.isOver; }

  /** The ids from the machine's own logic down to this one. */
  get path(): readonly string[] {
    const above = this.#system.find(parentOf(this.actor));
    return above === undefined ? [] : [...above.path, this.actor.id];
  }

  // Its life

  /** Has a child run in an actor of its own, once XState starts it. */
  divert(): void {
    const { actor } = this;
    const start = (startNow: () => unknown): void => {
      this.#startNow = startNow;
      this.#system.find(parentOf(actor))?.spawn(this);
    };
    const stop = (stopNow: () => unknown): void => {
      this.#isDismissed = true;
      // What its parent has sent to it before comes first.
      if (isRunning(actor)) this.deliver(STOP, undefined);
      else stopNow();
    };
    divert(actor, start, stop);
  }

  beginAsChild(stage: Stage): void {
    this.#system.beginRun(this, stage);
  }

  /** Starts, in its actor's `init`. */
  begin(stage: Stage, record?: RunRecord): void {
    this.#stage = stage;
    if (!this.isOver) this.#startNow();
    if (record !== undefined) this.#goOn(record);
    if (this.isOver) stage.wake('');
    for (const { event } of this.#inbox) stage.wake(event.type);
  }

  /** Its actor ends. */
  end(): void {
    if (this.isOver) cleanUp(this.actor);
    else process(this.actor, STOP);
  }

  // Events

  /** Something has happened within the machine: its turn comes by the mailbox. */
  deliver(event: EventObject, source: XStateActor | undefined): void {
    if (this.isOver) return;
    this.#inbox.push({ event, source });
    this.#system.version++;
    this.#stage?.wake(event.type);
  }

  /** Its turn comes, with or without an event. */
  wake(): void {
    this.#stage?.wake('');
  }

  /** The turn of what was delivered. */
  next(ctx: ActorContext<unknown>): void {
    const incoming = this.#inbox.shift();
    if (incoming === undefined || this.#isStale(incoming)) {
      this.#settled(ctx);
      return;
    }
    this.#system.version++;
    this.take(incoming.event, incoming.source, ctx);
  }

  /** Takes an event through a transition, and then what was postponed, if the state is another one. What is over takes none. */
  take(event: EventObject, source: XStateActor | undefined, ctx: ActorContext<unknown>): void {
    this.#process(event, source);
    this.#settled(ctx);
    while (this.#again.length > 0) {
      this.#process(this.#again.shift() as EventObject, undefined);
      this.#settled(ctx);
    }
  }

  #process(event: EventObject, source: XStateActor | undefined): void {
    if (this.isOver) return;
    this.#system.received(event, source, this.actor);
    const before = snapshotOf(this.actor);
    process(this.actor, event);
    if (this.#postponed.length > 0 && !this.#isIn(before)) this.#again.unshift(...this.#postponed.splice(0));
    if (snapshotOf(this.actor) !== before) this.#system.version++;
  }

  #settled(ctx: ActorContext<unknown>): void {
    this.#stage?.settled(ctx);
    this.#system.settled();
  }

  /** Has an event wait until the state is another one. */
  postpone(event: EventObject): void {
    this.#postponed.push(event);
    this.#system.version++;
  }

  /** Whether its state is still the one of that snapshot. */
  #isIn(before: object): boolean {
    return JSON.stringify(chartOf(before)?.value) === JSON.stringify(chartOf(snapshotOf(this.actor))?.value);
  }

  #isStale({ event, source }: Incoming): boolean {
    const child = parentOf(source) === this.actor ? this.#system.find(source) : undefined;
    return child !== undefined && child.#isDismissed && OF_LIFE.test(event.type);
  }

  // Time

  schedule(scheduled: Scheduled): void {
    this.delays.schedule(scheduled, this.#living.life);
  }

  #due({ source, target, event }: Scheduled, ctx: ActorContext<unknown>): void {
    if (target === this.actor) {
      this.take(event, source, ctx);
      return;
    }
    this.#system.relay(source, target, event);
    this.#settled(ctx);
  }

  // Its children

  /** Has a child run in an actor below this one's. */
  spawn(child: LogicRun): void {
    const { life } = this.#living;
    this.below.add(child);
    life.spawn(childLogic(child.actor.id), { input: child }).then(
      (ref) => {
        this.#children.set(ref, child);
        life.monitor(ref);
      },
      (error: unknown) => {
        this.below.delete(child);
        child.#lost(error);
      },
    );
  }

  /** The actor of a child has ended. */
  childEnded(ref: ActorRef<object>, reason: ExitReason): void {
    const child = this.#children.get(ref);
    if (!this.#children.delete(ref) || child === undefined) return;
    this.below.delete(child);
    child.#lost(reason.kind === 'error' ? reason.error : new ActorStoppedError(String(ref), 'wait for', 'maybe'));
  }

  /** Its actor is gone: unless it has come to an end before, that is an error for its parent. */
  #lost(error: unknown): void {
    if (!this.#isDismissed && !isDone(this.actor)) fail(this.actor, error);
  }

  // What is kept of it

  /** Whether it is yet to hear that a child has failed: that may be its end. */
  get isFailing(): boolean { return this.#inbox.some(({ event }) => FAILURE.test(event.type)); }

  /** What of it a snapshot of XState's doesn't have. */
  get record(): RunRecord {
    const now = this.#stage?.life.now() ?? 0;
    return {
      path: this.path,
      inbox: [...this.#again, ...this.#inbox.filter((incoming) => !this.#isStale(incoming)).map(({ event }) => event)],
      postponed: [...this.#postponed],
      timers: this.delays.waiting(now).filter(({ target }) => !this.#system.isGone(target)).map(({ event, id, leftMs, target }) => ({
        event, id, leftMs, target: this.#system.addressOf(target),
      })),
    };
  }

  #goOn({ inbox, postponed, timers }: RunRecord): void {
    const { actor } = this;
    for (const event of inbox) this.#inbox.push({ event, source: undefined });
    this.#postponed.push(...postponed);
    for (const { event, id, leftMs, target } of timers) {
      const to = this.#system.atAddress(target);
      if (to !== undefined) this.schedule({ source: actor, target: to, event, id, delay: leftMs });
    }
  }

  log(args: readonly unknown[]): void {
    const [first, ...others] = args;
    const message = typeof first === 'string' ? first : 'log';
    const values = typeof first === 'string' ? others : args;
    this.#living.life.log.info(values.length === 0 ? {} : { values }, message);
  }

  get #living(): Stage {
    if (this.#stage === undefined) throw new Error(`${this.actor.id} has not begun`);
    return this.#stage;
  }
}
