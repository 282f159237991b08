import type { ActorContext, InitContext, Later } from '../../core/context.ts';
import type { AnyActorLogic, AnyEventObject, EventObject } from 'xstate';
import type { FullSnapshot, Saved } from './full-snapshot.ts';
import type { Inspected } from './inspection.ts';
import type { LogicEnd, Observer } from './machine-system.ts';
import type { MachineState, Target } from './machine-state.ts';
import type { Stage } from './logic-run.ts';
import { ActorError, AskTimeoutError, toError } from '../../core/errors.ts';
import { Followers } from './followers.ts';
import { hasTags } from './checks.ts';
import { MachineSystem } from './machine-system.ts';
import { bad } from './check-snapshot.ts';
import { fullSnapshot, whyUnrestorable } from './full-snapshot.ts';
import { chartOf, createRoot, snapshotOf } from './xstate.ts';
import { inspected, reportOf } from './inspection.ts';
import { stateOf } from './machine-state.ts';

type State = MachineState<AnyActorLogic>;

/** How long the actor of a machine that is done waits for those who still read its streams. */
const LAST_READ_MS = 5_000;

/** What a machine goes by, beside its logic. */
export interface RunOptions {
  /** What its actors are called. */
  readonly title: string;
  readonly whenDone: 'stop' | 'stay';
  readonly savesItself: boolean;
}

interface Waiter {
  readonly target: Target<AnyActorLogic>;
  readonly reached: (state: State) => void;
}

/** One life of a machine, in its actor. */
export class MachineRun {
  readonly #life: InitContext;
  readonly #options: RunOptions;
  readonly #system: MachineSystem;
  readonly #changes = new Followers<State>(() => this.#left());
  readonly #emitted = new Followers<AnyEventObject>(() => this.#left());
  readonly #reports = new Set<Followers<Inspected>>();
  readonly #waiters = new Set<Waiter>();
  readonly #outputs = new Set<Later<unknown>>();
  #end: LogicEnd | undefined;
  #isStopping = false;
  /** The last state that was told. */
  #told: object | undefined;
  /** The version that was saved last. */
  #savedVersion = -1;

  constructor(logic: AnyActorLogic, life: InitContext, wake: Stage['wake'], start: { readonly input: unknown } | FullSnapshot, options: RunOptions) {
    this.#life = life;
    this.#options = options;
    const system = this.#system = new MachineSystem((end) => { this.#end = end; }, options.savesItself ? () => this.#save() : () => undefined, 'lastId' in start ? start.lastId : 0);
    const id = 'id' in logic && typeof logic.id === 'string' ? logic.id : life.name;
    const root = 'records' in start ? restored(system, logic, id, start) : createRoot(logic, system.outside, id, start);
    root.on('*', (event) => this.#emitted.tell(event));
    system.begin('records' in start ? start.records : [], { life, wake, settled: (ctx) => this.#settled(ctx) });
    if (this.#end?.kind === 'failed') throw toError(this.#end.error);
    this.#told = root.getSnapshot();
    system.settled();
  }

  get state(): State { return stateOf(this.#system.root.actor); }

  send(ctx: ActorContext<unknown>, event: EventObject): void {
    this.#system.root.take(event, undefined, ctx);
  }

  next(ctx: ActorContext<unknown>): void {
    this.#system.root.next(ctx);
  }

  childEnded(...[ref, reason]: Parameters<MachineSystem['root']['childEnded']>): void {
    this.#system.root.childEnded(ref, reason);
  }

  stop(): void {
    this.#system.root.end();
    this.#endStreams();
  }

  can(event: EventObject): boolean {
    const snapshot = this.#system.root.actor.getSnapshot();
    return snapshot.status === 'active' && chartOf(snapshot)?.can(event) !== false;
  }

  /** @throws {ActorError} `TROUPE_BAD_SNAPSHOT`: nobody could go on from it. */
  get full(): FullSnapshot {
    const why = whyUnrestorable(this.#system);
    if (why !== undefined) throw new ActorError('TROUPE_BAD_SNAPSHOT', `Cannot take a full snapshot: ${why}`);
    return fullSnapshot(this.#system, this.#options.title);
  }

  changes(signal: AbortSignal): AsyncGenerator<State, void, undefined> {
    return this.#changes.follow([this.state], signal);
  }

  emitted(signal: AbortSignal): AsyncGenerator<AnyEventObject, void, undefined> {
    return this.#emitted.follow([], signal);
  }

  async *inspect(signal: AbortSignal): AsyncGenerator<Inspected, void, undefined> {
    const reports = new Followers<Inspected>(() => {
      this.#reports.delete(reports);
      this.#left();
    });
    const { root } = this.#system;
    const observe: Observer = (report) => {
      const item = inspected(report, this.#life);
      if (item !== undefined) reports.tell(item);
    };
    const known = this.#system.all.map(({ actor }) => reportOf(actor, root.actor.sessionId, this.#life));
    this.#reports.add(reports);
    const subscription = this.#system.inspect(observe);
    try {
      yield* reports.follow(known, signal);
    } finally {
      subscription.unsubscribe();
    }
  }

  waitFor(ctx: ActorContext<unknown>, target: Target<AnyActorLogic>, timeoutMs: number): Promise<State> {
    const over = (): void => {
      this.#waiters.delete(waiter);
      late();
    };
    const later = ctx.later<State>(over);
    const late = ctx.after(timeoutMs, () => {
      over();
      later.reject(new AskTimeoutError(ctx.name, 'wait for a state of', timeoutMs, { where: 'unknown' }));
    });
    const waiter: Waiter = {
      target,
      reached: (state) => {
        over();
        later.resolve(state);
      },
    };
    this.#waiters.add(waiter);
    this.#tellWaiters();
    return later.promise;
  }

  output(ctx: ActorContext<unknown>): Promise<unknown> {
    const later = ctx.later<unknown>(() => this.#outputs.delete(later));
    this.#outputs.add(later);
    if (this.#end?.kind === 'done') later.resolve(this.#end.output);
    return later.promise;
  }

  /** An event has been taken, or there is nothing more to take. */
  #settled(ctx: ActorContext<unknown>): void {
    if (this.#end?.kind === 'failed') throw this.#end.error;
    const snapshot = snapshotOf(this.#system.root.actor);
    if (snapshot !== this.#told) {
      this.#told = snapshot;
      if (!this.#changes.isEmpty) this.#changes.tell(this.state);
      if (this.#waiters.size > 0) this.#tellWaiters();
    }
    if (this.#end?.kind === 'done') this.#done(ctx, this.#end.output);
  }

  #tellWaiters(): void {
    const chart = chartOf(this.#system.root.actor.getSnapshot());
    for (const { target, reached } of this.#waiters) {
      if (hasTags(target) ? target.tags.every((tag) => chart?.hasTag(tag)) : chart?.matches(target) === true) reached(this.state);
    }
  }

  #done(ctx: ActorContext<unknown>, output: unknown): void {
    for (const later of this.#outputs) later.resolve(output);
    this.#outputs.clear();
    this.#endStreams();
    if (this.#options.whenDone === 'stay' || this.#isStopping) return;
    this.#isStopping = true;
    // Whoever starts it again means a new beginning.
    if (this.#options.savesItself) this.#life.save(undefined);
    if (this.#hasFollowers) ctx.after(LAST_READ_MS, (late) => late.stop());
    else this.#stopSoon();
  }

  /** Once the answers have left. */
  #stopSoon(): void {
    this.#life.after(0, (ctx) => ctx.stop());
  }

  #endStreams(): void {
    for (const followers of [this.#changes, this.#emitted, ...this.#reports]) followers.end();
  }

  get #hasFollowers(): boolean { return !this.#changes.isEmpty || !this.#emitted.isEmpty || this.#reports.size > 0; }

  /** All who followed one of the streams have read it to its end, or gone. */
  #left(): void {
    const isOver = this.#end?.kind === 'done' && this.#options.whenDone === 'stop';
    if (isOver && !this.#hasFollowers) this.#stopSoon();
  }

  get #isEnding(): boolean { return this.#system.root.isOver && (this.#end?.kind !== 'done' || this.#options.whenDone === 'stop'); }

  /** So that its next life goes on from here. */
  #save(): void {
    const { version, all } = this.#system;
    if (version === this.#savedVersion || this.#isEnding || all.some(({ isFailing }) => isFailing)) return;
    this.#savedVersion = version;
    try {
      this.#life.save({ full: this.full, savedAt: this.#life.now() } satisfies Saved);
    } catch (error) {
      this.#life.log.error({ err: toError(error) }, 'a state could not be saved: a restart begins with the one before');
    }
  }
}

function restored(system: MachineSystem, logic: AnyActorLogic, id: string, { snapshot }: FullSnapshot): ReturnType<typeof createRoot> {
  const root = createRoot(logic, system.outside, id, { snapshot });
  const { status, error } = root.getSnapshot();
  if (status === 'error' && snapshot.status !== 'error') throw bad(toError(error).message, error);
  return root;
}
