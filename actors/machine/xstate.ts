/* oxlint-disable no-underscore-dangle -- XState calls them so */
import type { AnyActorLogic, AnyActorRef, AnyEventObject, EventObject, Snapshot } from 'xstate';
import { createActor } from 'xstate';

/*
 * What of XState its types keep to themselves, for version 5: how its actors are driven, and what they expect of the system that they belong
 * to. All else of it that we go by is public.
 */

/** What happens to whatever a scheduled event was for. */
export interface Scheduled {
  readonly source: XStateActor;
  readonly target: unknown;
  readonly event: EventObject;
  readonly delay: number;
  readonly id: string;
}

/** XState's own report of what happens in it. */
export type Report =
  | { readonly type: '@xstate.actor'; readonly actorRef: XStateActor }
  | { readonly type: '@xstate.event'; readonly actorRef: unknown; readonly sourceRef: XStateActor | undefined; readonly event: EventObject }
  | { readonly type: '@xstate.snapshot'; readonly actorRef: XStateActor; readonly event: EventObject; readonly snapshot: Snapshot<unknown> }
  | { readonly type: '@xstate.microstep' | '@xstate.action'; readonly actorRef: XStateActor };

/** What XState's actors do with the system that they belong to. */
export interface XStateSystem {
  /** It has timers; nobody uses them where delays are scheduled otherwise. */
  readonly _clock: object;
  readonly _logger: (...args: unknown[]) => void;
  readonly scheduler: {
    schedule(source: XStateActor, target: unknown, event: EventObject, delay: number, id?: string): void;
    cancel(source: XStateActor, id: string): void;
    cancelAll(source: XStateActor): void;
  };
  _bookId(): string;
  _register(sessionId: string, actor: XStateActor): string;
  _unregister(actor: XStateActor): void;
  _set(systemId: string, actor: XStateActor): void;
  get(systemId: string): XStateActor | undefined;
  getAll(): Record<string, XStateActor>;
  inspect(observer: unknown): { unsubscribe(): void };
  _sendInspectionEvent(report: Report): void;
  _relay(source: XStateActor | undefined, target: unknown, event: EventObject): void;
  getSnapshot(): { _scheduledEvents: Record<string, never> };
  start(): void;
}

/** Who has subscribed to one of XState's actors. */
interface XStateObserver {
  readonly next?: ((snapshot: unknown) => void) | undefined;
  readonly error?: ((error: unknown) => void) | undefined;
  readonly complete?: (() => void) | undefined;
}

/** One of XState's actors: what interprets a logic. */
export interface XStateActor {
  readonly id: string;
  readonly sessionId: string;
  readonly systemId: string | undefined;
  readonly logic: AnyActorLogic;
  readonly src: unknown;
  readonly _parent: XStateActor | undefined;
  readonly _actorScope: Parameters<AnyActorLogic['transition']>[2];
  _snapshot: Snapshot<unknown>;
  /** 0: not started, 1: running, 2: stopped. */
  _processingStatus: 0 | 1 | 2;
  start: () => unknown;
  _stop: () => unknown;
  _process(event: EventObject): void;
  _error(error: unknown): void;
  getSnapshot(): Snapshot<unknown>;
  getPersistedSnapshot(): Snapshot<unknown>;
  on: (type: string, handler: (event: AnyEventObject) => void) => unknown;
  subscribe: (observer: XStateObserver | XStateObserver['next'], error?: XStateObserver['error'], complete?: XStateObserver['complete']) => unknown;
}

export const STOP: EventObject = { type: 'xstate.stop' };

/** What is at the root of `system`, as a child of `outside`: it reports its end there. Nothing of it runs yet. */
export function createRoot(logic: AnyActorLogic, outside: object, id: string, start: { input?: unknown; snapshot?: Snapshot<unknown> }): XStateActor {
  return createActor(logic, { id, parent: outside as AnyActorRef, ...start }) as unknown as XStateActor;
}

/** What it is now, from within a transition, too. */
export function snapshotOf(actor: XStateActor): Snapshot<unknown> {
  return actor._snapshot;
}

export function parentOf(actor: XStateActor | undefined): XStateActor | undefined {
  return actor?._parent;
}

export function isRunning(actor: XStateActor): boolean {
  return actor._processingStatus === 1;
}

export function isStopped(actor: XStateActor): boolean {
  return actor._processingStatus === 2;
}

/** Whether it has told its parent how it has ended. */
export function isDone({ _snapshot: { status } }: XStateActor): boolean {
  return status === 'done' || status === 'error';
}

/** Takes an event through a transition, and does all that follows from it at once. Errors are the actor's end. */
export function process(actor: XStateActor, event: EventObject): void {
  actor._process(event);
}

/** Has others take care of its start, which XState asks for once or twice, and its stop. Both get what XState would have done. */
export function divert(actor: XStateActor, start: (start: () => unknown) => void, stop: (stop: () => unknown) => void): void {
  const own = { start: actor.start.bind(actor), stop: actor._stop.bind(actor) };
  actor.start = () => {
    actor.start = () => actor;
    start(own.start);
    return actor;
  };
  actor._stop = () => stop(own.stop);
}

/**
 * Has `failed` told what those who have subscribed to it throw: XState would throw it into the process. That the actor itself fails is for its
 * parent to hear, whether an observer wants to know it or not.
 */
export function guardObservers(actor: XStateActor, failed: (error: unknown) => void): void {
  const own = { subscribe: actor.subscribe.bind(actor), on: actor.on.bind(actor) };
  const guarded = <T extends unknown[]>(listener: (...args: T) => void) => (...args: T): void => {
    try {
      listener(...args);
    } catch (error) {
      failed(error);
    }
  };
  actor.subscribe = (to, error, complete) => {
    const observer: XStateObserver = typeof to === 'object' ? to : { next: to, error, complete };
    return own.subscribe({
      next: guarded((snapshot) => observer.next?.(snapshot)),
      error: guarded((reason) => observer.error?.(reason)),
      complete: guarded(() => observer.complete?.()),
    });
  };
  actor.on = (type, handler) => own.on(type, guarded(handler));
}

/** Ends an actor that can't say so itself: its parent is told. */
export function fail(actor: XStateActor, error: unknown): void {
  actor._snapshot = { ...actor._snapshot, status: 'error', output: undefined, error };
  actor._error(error);
  actor._processingStatus = 2;
}

/** What has failed has not ended what it had begun. */
export function cleanUp({ logic, _snapshot: snapshot, _actorScope: scope }: XStateActor): void {
  if (snapshot.status !== 'error') return;
  try {
    logic.transition(snapshot, STOP, scope);
  } catch {
    // It had begun nothing.
  }
}

/** The states of a machine. */
export interface StateNode {
  readonly states: Readonly<Record<string, StateNode>>;
  readonly transitions: ReadonlyMap<string, unknown>;
  readonly tags: readonly string[];
  readonly config: { readonly invoke?: unknown };
}

/** A machine, as its snapshots and users see it. */
export interface Machine {
  readonly root: StateNode;
  readonly implementations: { readonly actors: Readonly<Record<string, unknown>> };
  getStateNodeById(id: string): StateNode;
}

/** Undefined for any other logic. */
export function machineOf(logic: object): Machine | undefined {
  return 'root' in logic && 'getStateNodeById' in logic ? logic as unknown as Machine : undefined;
}

/** The state of a machine. */
export interface ChartSnapshot {
  readonly value: string | object;
  readonly context: object;
  readonly tags: ReadonlySet<string>;
  readonly children: Readonly<Record<string, XStateActor | undefined>>;
  matches(value: unknown): boolean;
  hasTag(tag: string): boolean;
  can(event: EventObject): boolean;
}

/** Undefined for that of any other logic. */
export function chartOf(snapshot: object): ChartSnapshot | undefined {
  return 'machine' in snapshot && 'value' in snapshot ? snapshot as unknown as ChartSnapshot : undefined;
}

export function isXStateActor(value: unknown): value is XStateActor {
  return typeof value === 'object' && value !== null && 'sessionId' in value && 'send' in value && 'ref' in value;
}
