/* oxlint-disable no-underscore-dangle -- XState calls them so */
import type { EventObject } from 'xstate';
import type { Address, RunRecord } from './full-snapshot.ts';
import type { Stage } from './logic-run.ts';
import type { Report, XStateActor, XStateSystem } from './xstate.ts';
import { LogicRun } from './logic-run.ts';
import { chartOf, guardObservers, isXStateActor, machineOf, snapshotOf } from './xstate.ts';
import { show } from '../../core/errors.ts';

/** Who hears of what happens in a machine. */
export type Observer = (report: Report & { readonly rootId: string }) => void;

/** How a machine's own logic has come to its end. */
export type LogicEnd = { readonly kind: 'done'; readonly output: unknown } | { readonly kind: 'failed'; readonly error: unknown };

/** An actor of Troupe's, as far as a machine sends to it: any with a handler `send`. */
interface Taker {
  readonly tell: { readonly send: (event: EventObject) => boolean };
}

/**
 * What XState takes for the system that a machine and its children belong to: it has each of them run as an actor of Troupe's, takes their
 * events from one to the other by their mailboxes, and their delays to their timers.
 */
export class MachineSystem implements XStateSystem {
  /** The parent of the machine's own logic, as XState sees it. */
  readonly outside: { readonly system: MachineSystem } = { system: this };
  /** Counts what changes in it, the events and delays before it included. */
  version = 0;
  readonly #ended: (end: LogicEnd) => void;
  readonly #settled: () => void;
  readonly #runs = new WeakMap<XStateActor, LogicRun>();
  readonly #named = new Map<string, XStateActor>();
  readonly #observers = new Set<Observer>();
  #records = new Map<string, RunRecord>();
  #root: LogicRun | undefined;
  #lastId: number;

  /**
   * @param ended Told when the machine's own logic ends.
   * @param settled Told when any of its logics has come to rest.
   * @param lastId The last number that an earlier life of it has given.
   */
  constructor(ended: (end: LogicEnd) => void, settled: () => void, lastId: number) {
    this.#ended = ended;
    this.#settled = settled;
    this.#lastId = lastId;
  }

  /** The last number that was given to somebody without an id of his own. */
  get lastId(): number { return this.#lastId; }

  /** One of its logics has come to rest. */
  settled(): void {
    this.#settled();
  }

  /** Starts the machine's own logic, in its actor's `init`. */
  begin(records: readonly RunRecord[], stage: Stage): void {
    this.#records = new Map(records.map((record) => [keyOf(record.path), record]));
    this.beginRun(this.root, stage);
  }

  /** Starts one of its logics, with what an earlier life of it had before it. */
  beginRun(run: LogicRun, stage: Stage): void {
    const key = keyOf(run.path);
    const record = this.#records.get(key);
    this.#records.delete(key);
    run.begin(stage, record);
  }

  /** The machine's own logic. */
  get root(): LogicRun {
    if (this.#root === undefined) throw new Error('a machine without logic');
    return this.#root;
  }

  /** All that run now. */
  get all(): readonly LogicRun[] {
    const below = (run: LogicRun): LogicRun[] => [run, ...this.childrenOf(run).flatMap(below)];
    return below(this.root);
  }

  /** Those that live: XState forgets some of those that have no id. */
  childrenOf({ actor, below }: LogicRun): readonly LogicRun[] {
    const named = Object.values(chartOf(snapshotOf(actor))?.children ?? {}).map((child) => this.find(child));
    return [...new Set([...named, ...below])].filter((run) => run !== undefined).filter(({ isDismissed }) => !isDismissed);
  }

  /** Undefined for what is outside of the machine. */
  find(actor: XStateActor | undefined): LogicRun | undefined {
    return actor && this.#runs.get(actor);
  }

  /** How what a delayed event goes to is called in a snapshot. */
  addressOf(target: unknown): Address {
    return isXStateActor(target) ? { path: this.#runOf(target).path } : { ref: target };
  }

  /** Nothing reaches it any more. */
  isGone(target: unknown): boolean {
    return isXStateActor(target) && this.#runOf(target).isGone;
  }

  /** Undefined if it is no more. */
  atAddress(address: Address): unknown {
    if ('ref' in address) return address.ref;
    const key = keyOf(address.path);
    return this.all.find(({ path }) => keyOf(path) === key)?.actor;
  }

  /** An event's turn has come. */
  received(event: EventObject, source: XStateActor | undefined, by: XStateActor): void {
    if (this.#observers.size > 0) this._sendInspectionEvent({ type: '@xstate.event', sourceRef: source, actorRef: by, event });
  }

  // What XState calls

  readonly _clock = {};

  readonly _logger = (...args: unknown[]): void => this.root.log(args);

  readonly scheduler: XStateSystem['scheduler'] = {
    schedule: (source, target, event, delay, id = `${++this.#lastId}`) => this.#runOf(source).schedule({ source, target, event, delay, id }),
    cancel: (source, id) => this.#runOf(source).delays.cancel(id),
    cancelAll: (source) => this.#runOf(source).delays.cancelAll(),
  };

  _bookId(): string { return `x:${++this.#lastId}`; }
  _register(sessionId: string): string { return sessionId; }

  _unregister(actor: XStateActor): void {
    const { systemId } = actor;
    // It may be another one's by now.
    if (systemId !== undefined && this.#named.get(systemId) === actor) this.#named.delete(systemId);
  }

  _set(systemId: string, actor: XStateActor): void {
    const known = this.#named.get(systemId);
    if (known !== undefined && known !== actor) throw new Error(`Actor with system ID '${systemId}' already exists.`);
    this.#named.set(systemId, actor);
  }

  get(systemId: string): XStateActor | undefined { return this.#named.get(systemId); }
  getAll(): Record<string, XStateActor> { return Object.fromEntries(this.#named); }

  inspect(observer: Observer | { readonly next?: Observer }): { unsubscribe(): void } {
    const next: Observer = typeof observer === 'function' ? observer : (report) => observer.next?.(report);
    this.#observers.add(next);
    return { unsubscribe: () => { this.#observers.delete(next); } };
  }

  _sendInspectionEvent(report: Report): void {
    if (report.type === '@xstate.actor') this.#adopt(report.actorRef);
    if (this.#observers.size === 0) return;
    const whole = { ...report, rootId: this.root.actor.sessionId };
    for (const observe of this.#observers) observe(whole);
  }

  _relay(source: XStateActor | undefined, target: unknown, event: EventObject): void { this.relay(source, target, event); }

  /** Takes an event to whoever it is for. */
  relay(source: XStateActor | undefined, target: unknown, event: EventObject): void {
    if (target === this.outside) this.#leave(source, event);
    else if (isXStateActor(target)) this.#runOf(target).deliver(event, source);
    else (target as Taker).tell.send(event);
  }

  getSnapshot(): { _scheduledEvents: Record<string, never> } { return { _scheduledEvents: {} }; }
  start(): void { /* its delays are its actors' timers */ }

  #runOf(actor: XStateActor): LogicRun {
    const run = this.#runs.get(actor);
    if (run === undefined) throw new Error(`Cannot send to ${show(actor.id)}: it is an actor of another machine; send to the ref of its actor`);
    return run;
  }

  /** XState has made one. */
  #adopt(actor: XStateActor): void {
    const run = new LogicRun(this, actor);
    this.#runs.set(actor, run);
    if (this.#root === undefined) this.#root = run;
    else run.divert();
    guardObservers(actor, (error) => this.#fall(error));
  }

  /** An error that nobody within the machine can take is its end. */
  #fall(error: unknown): void {
    this.#ended({ kind: 'failed', error });
    this.root.wake();
  }

  /** What the machine's own logic says to its parent. */
  #leave(source: XStateActor | undefined, event: EventObject & { readonly output?: unknown; readonly error?: unknown }): void {
    const { id } = this.root.actor;
    switch (event.type) {
      case `xstate.done.actor.${id}`: return this.#ended({ kind: 'done', output: event.output });
      case `xstate.error.actor.${id}`: return this.#ended({ kind: 'failed', error: event.error });
      default:
        // All other logic of XState's asks whether there is a parent.
        if (source === undefined || machineOf(source.logic) === undefined) return;
        throw new Error(`Cannot send ${show(event.type)} from ${show(source.id)} to a parent: its machine has none`);
    }
  }
}

function keyOf(path: readonly string[]): string {
  return JSON.stringify(path);
}
