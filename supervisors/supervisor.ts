import type { ActorRef } from '../core/actor-ref.ts';
import type { ChildCounts, ChildInfo, ChildSpecInfo } from './child-info.ts';
import type { ChildExit, SupervisorContext } from '../core/child-slots.ts';
import type { ChildKind, ChildPlan, SupervisorPlan } from './plan.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { RunningChild } from './running-child.ts';
import { FirstStarts } from './first-starts.ts';
import { RefusedError, StartFailedError, toError } from '../core/errors.ts';
import { affectedBy, keepsSpec, toStart, toStop } from './strategy.ts';
import { shouldRestart } from '../core/restart.ts';
import { countsOf, infoOf, specOf } from './child-info.ts';
import { restartDelayMs } from '../core/backoff.ts';
import { checkSignificant, shutsDown } from './auto-shutdown.ts';
import { spend } from './budget.ts';

/** What a supervisor is started with. */
export interface SupervisorInput {
  readonly plan: SupervisorPlan;
  /** How long it may take to stop its children when it ends by itself. */
  readonly graceMs: number;
}

/** A child that was started with its supervisor: refs to it last as long as its slot. */
export interface ChildEntry {
  readonly key: string;
  readonly kind: ChildKind;
  readonly ref: ActorRef<object>;
  /** Whether it takes specs as plain data alone. */
  readonly isMovable: boolean;
}

/**
 * One incarnation of a supervisor: which children it has, and what happens when one ends. What it decides, the pure functions
 * of `strategy.ts`, `auto-shutdown.ts`, `budget.ts` and `core/backoff.ts` say.
 *
 * Nothing here waits in line: children start, stop and wait for their restarts side by side, and requests are answered
 * meanwhile. Whoever is about to do something with a child claims it by a round; who finds a child claimed by another round
 * lets go of it.
 */
export class Supervisor {
  readonly #ctx: SupervisorContext;
  readonly #plan: SupervisorPlan;
  readonly #graceMs: number;
  /** In start order. */
  #children: RunningChild[] = [];
  #entries: readonly ChildEntry[] = [];
  readonly #firstStarts: FirstStarts;
  /** Ends of children whose start isn't known to have come to an end. */
  #unclaimed: ChildExit[] = [];
  /** Children that have ended, and are to be decided about together. */
  #ended: RunningChild[] = [];
  /** Hosts whose ends have been counted: whatever lived there, each is one event. */
  readonly #lostHosts = new Set<number>();
  /** When its children were restarted, newest first. */
  #restarts: readonly number[] = [];
  #isEnding = false;
  /** Until when it may stop its children. */
  #endsBy = Infinity;
  #lastNumber = 0;

  constructor(ctx: SupervisorContext, { plan, graceMs }: SupervisorInput) {
    this.#ctx = ctx;
    this.#firstStarts = new FirstStarts(ctx);
    this.#plan = plan;
    this.#graceMs = graceMs;
  }

  /**
   * Starts its children in order, or all at once. When one fails, the others are stopped in reverse order.
   *
   * @throws {StartFailedError | StartTimeoutError} (as a rejection) A child could not be started.
   */
  async start(): Promise<void> {
    const { children, isParallel } = this.#plan;
    try {
      if (isParallel) await this.#startTogether(children);
      else for (const [key, plan] of children) this.#children.push(await this.#firstStarts.start(key, plan));
    } catch (error) {
      for (const child of this.#children.toReversed()) await this.#shutdown(child, child.plan.shutdownMs);
      throw error;
    }
    this.#entries = this.#children.map(({ key, plan, ref }) => ({ key, kind: plan.kind, ref, isMovable: plan.definition.id !== undefined }));
    for (const child of this.#children) if (!child.isAlive && !this.#keepsSpec(child)) this.#drop(child);
  }

  /** A child has ended by itself. Those that end in one turn are decided about together. */
  exited(exit: ChildExit): void {
    const child = this.#children.find(({ ref }) => ref.equals(exit.ref));
    if (child === undefined) {
      if (this.#firstStarts.size > 0) this.#unclaimed.push(exit);
    } else if (child.starting !== undefined) {
      // Told before its start was: it is decided about when it is known to be up.
      child.exit = exit;
    } else if (child.status === 'running') {
      this.#hasEnded(child, exit);
    } else if (child.status === 'stopping') {
      // Before its turn: nobody has to decide about it.
      this.#goesDown(child);
      child.status = 'restarting';
    }
  }

  /**
   * Stops what is left in the reverse order of the starts, or, of a dynamic supervisor, all together.
   *
   * @param reason Why it ends.
   */
  async stop(reason: ExitReason): Promise<void> {
    this.#isEnding = true;
    const starts = this.#firstStarts.abortAll('its supervisor ends');
    for (const child of this.#children) child.claim(Symbol('stop'));
    const end = (child: RunningChild): Promise<void> => {
      return this.#shutdown(child, Math.min(child.plan.shutdownMs, Math.max(0, this.#endsBy - this.#ctx.uptime())), reason);
    };
    const children = this.#children.toReversed();
    if (this.#plan.template === undefined) for (const child of children) await end(child);
    else await Promise.all(children.map(end));
    await Promise.allSettled(starts);
  }

  // What it is asked for

  get entries(): readonly ChildEntry[] { return this.#entries; }

  get plan(): SupervisorPlan { return this.#plan; }

  /** What it goes by with a child that it has now. */
  planOf(key: string): ChildPlan | undefined {
    return this.#children.find((child) => child.key === key)?.plan;
  }

  /** Undefined when `init` has ignored the start. */
  async startChild(key: string, plan: ChildPlan): Promise<ActorRef<object> | undefined> {
    const known = this.#children.find((child) => child.key === key);
    if (known !== undefined && (known.status === 'running' || known.status === 'stopping')) {
      throw refusal('already_started', `child "${key}" is running`, { ref: known.ref });
    }
    if (known !== undefined || this.#firstStarts.has(key)) throw refusal('already_present', `there is a child "${key}"`);
    checkSignificant(`child "${key}"`, plan, this.#plan.autoShutdown);
    return this.#add(key, plan);
  }

  /** One more child of a dynamic supervisor. */
  async startOne(input: unknown, name: string | undefined): Promise<ActorRef<object> | undefined> {
    const { template } = this.#plan;
    if (template === undefined) throw refusal('not_dynamic', 'this is no dynamic supervisor');
    const { child, maxChildren } = template;
    if (this.#children.length + this.#firstStarts.size >= maxChildren) {
      throw refusal('max_children', `there are ${maxChildren} children, as many as there may be`);
    }
    return this.#add(name ?? this.#nextKey(child.definition.shape.title), { ...child, input, name });
  }

  async terminateChild(key: string): Promise<void> {
    const aborted = this.#firstStarts.abort(key, 'it was terminated');
    if (aborted === undefined) return this.#terminate(this.#find(({ key: each }) => each === key, `"${key}"`));
    await aborted.catch(() => undefined);
  }

  async terminateOne(ref: ActorRef<object>): Promise<void> {
    await this.#terminate(this.#find((child) => child.ref.equals(ref), ref.toString()));
  }

  /** Undefined when `init` has ignored the start. It costs no budget, and isn't tried again. */
  async restartChild(key: string): Promise<ActorRef<object> | undefined> {
    const child = this.#stopped(key);
    const round = Symbol('start');
    child.claim(round);
    try {
      return await this.#begin(child, round) ? child.ref : undefined;
    } catch (error) {
      if (child.isOf(round)) {
        child.status = 'stopped';
        this.#ctx.children.rest(child.ref);
      }
      throw error;
    }
  }

  deleteChild(key: string): void {
    this.#drop(this.#stopped(key));
  }

  whichChildren(): readonly ChildInfo[] {
    return this.#children.map(infoOf);
  }

  countChildren(): ChildCounts {
    return countsOf(this.#children);
  }

  childSpec(key: string): ChildSpecInfo {
    return specOf(this.#find((child) => child.key === key, `"${key}"`));
  }

  // First starts

  async #startTogether(children: SupervisorPlan['children']): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    const starts = children.map(async ([key, plan]) => {
      try {
        return [await this.#firstStarts.start(key, plan)];
      } catch (error) {
        failure ??= { error };
        // It keeps nobody waiting for the others.
        void this.#firstStarts.abortAll('another child could not be started');
        return [];
      }
    });
    this.#children = (await Promise.all(starts)).flat();
    if (failure !== undefined) throw failure.error;
  }

  async #add(key: string, plan: ChildPlan): Promise<ActorRef<object> | undefined> {
    const child = await this.#firstStarts.start(key, plan);
    if (!child.isAlive && !this.#keepsSpec(child)) {
      this.#ctx.children.remove(child.ref);
      return undefined;
    }
    this.#children.push(child);
    const exit = this.#unclaimed.find(({ ref }) => ref.equals(child.ref));
    if (this.#firstStarts.size === 0) this.#unclaimed = [];
    if (exit !== undefined) this.#hasEnded(child, exit);
    return child.isAlive ? child.ref : undefined;
  }

  #nextKey(title: string): string {
    for (;;) {
      const key = `${title}-${++this.#lastNumber}`;
      if (!this.#children.some((child) => child.key === key)) return key;
    }
  }

  // Ends of children

  #hasEnded(child: RunningChild, exit: ChildExit): void {
    this.#goesDown(child);
    child.exit = exit;
    this.#ended.push(child);
    // What else is told in this turn comes first.
    if (this.#ended.length === 1) void Promise.resolve().then(() => this.#decideAll());
  }

  /** In the order in which they were told; those of one lost host in start order. */
  #decideAll(): void {
    const ended = this.#ended;
    this.#ended = [];
    for (const child of ended) {
      const lostHost = child.exit?.lostHost;
      const together = lostHost === undefined ? [child] : this.#children.filter(({ exit }) => exit?.lostHost === lostHost);
      for (const each of together) this.#decide(each);
    }
  }

  #decide(child: RunningChild): void {
    const { exit } = child;
    if (exit === undefined || child.status !== 'running' || this.#isEnding) return;
    child.exit = undefined;
    const { reason, lostHost } = exit;
    if (shouldRestart(child.restart, reason)) {
      this.#restart(child, reason, lostHost);
    } else if (shutsDown(this.#plan.autoShutdown, child, this.#children.filter((other) => other !== child))) {
      this.#ctx.announce(child.ref, reason, { kind: 'auto_shutdown' });
      this.#drop(child);
      this.#end({ kind: 'shutdown' });
    } else {
      this.#ctx.announce(child.ref, reason, { kind: 'remove' });
      this.#drop(child);
    }
  }

  /** Starts a child again, with all whom its strategy takes along, if the budgets allow one more restart. */
  #restart(child: RunningChild, reason: ExitReason, lostHost: number | undefined): void {
    const { intensity, backoff } = this.#plan;
    if (!canHeal(reason)) {
      this.#giveUp(child, reason, reason, this.#restarts.length, intensity.withinMs);
      return;
    }
    const isPaid = lostHost !== undefined && this.#lostHosts.has(lostHost);
    if (lostHost !== undefined) this.#lostHosts.add(lostHost);
    const own = child.plan.intensity && { limit: child.plan.intensity, times: child.restarts };
    const spent = spend({ limit: intensity, times: this.#restarts }, own, this.#ctx.uptime(), isPaid);
    this.#restarts = spent.shared;
    child.restarts = spent.own;
    if (spent.exceeded !== undefined) {
      const { limit: { withinMs }, times } = spent.exceeded;
      const restarts = times.length - 1;
      this.#giveUp(child, reason, { kind: 'intensity', child: child.key, restarts, withinMs }, restarts, withinMs);
      return;
    }
    const delayMs = restartDelayMs(++child.attempts, this.#ctx.random(), backoff);
    const restarts = this.#restarts.length;
    this.#ctx.announce(child.ref, reason, { kind: 'restart', restarts, budgetLeft: intensity.maxRestarts - restarts, delayMs });
    void this.#recover(child, delayMs);
  }

  #giveUp(child: RunningChild, reason: ExitReason, end: ExitReason, restarts: number, withinMs: number): void {
    this.#ctx.announce(child.ref, reason, { kind: 'give_up', restarts, withinMs });
    this.#end(end);
  }

  #end(reason: ExitReason): void {
    this.#isEnding = true;
    this.#endsBy = this.#ctx.uptime() + this.#graceMs;
    this.#ctx.end(reason);
  }

  // Rounds: all that a restart takes

  async #recover(failed: RunningChild, delayMs: number): Promise<void> {
    const round = Symbol('restart');
    const group = affectedBy(this.#plan.strategy, failed, this.#children);
    const others = group.filter((child) => child !== failed && child.isAlive);
    failed.status = 'restarting';
    await this.#stopGroup(group, failed, round);
    if (delayMs > 0 && failed.isOf(round)) {
      await failed.waits((run) => this.#ctx.alarm(delayMs, run));
      // Others may have been started by hand meanwhile.
      if (failed.isOf(round)) await this.#stopGroup(group, failed, round);
    }
    // One that was terminated meanwhile leaves nobody behind whom its failure has stopped.
    await this.#startGroup(failed.isOf(round) ? group : others, round);
  }

  /** Stops those that a restart of `failed` takes along, last started first. Temporary ones are gone then. */
  async #stopGroup(group: readonly RunningChild[], failed: RunningChild, round: symbol): Promise<void> {
    const affected = group.filter((child) => this.#children.includes(child));
    for (const child of affected) {
      const isUp = (child.status === 'running' || child.status === 'stopping') && child.exit === undefined;
      child.claim(round);
      if (child !== failed && child.isAlive) child.status = isUp ? 'stopping' : 'restarting';
    }
    for (const child of toStop(affected, failed)) {
      if (!child.isOf(round) || !child.isAlive) continue;
      this.#goesDown(child);
      await this.#shutdown(child, child.plan.shutdownMs, child.restart !== 'temporary');
      if (!child.isOf(round)) continue;
      child.status = 'stopped';
      if (child.restart === 'temporary') this.#drop(child);
    }
  }

  /** Starts them again, in order: none after one that fails, which is a restart of its own. */
  async #startGroup(group: readonly RunningChild[], round: symbol): Promise<void> {
    const children = toStart(group).filter((child) => child.isOf(round));
    if (this.#plan.isParallel) {
      await Promise.all(children.map((child) => this.#startAgain(child, round)));
    } else {
      for (const child of children) if (child.isOf(round) && !await this.#startAgain(child, round)) return;
    }
  }

  /** False when it didn't come to that: it failed, and is restarted in a round of its own, or another round has it. */
  async #startAgain(child: RunningChild, round: symbol): Promise<boolean> {
    try {
      const isUp = await this.#begin(child, round);
      const isOurs = child.isOf(round);
      if (isOurs && !isUp && !this.#keepsSpec(child)) this.#drop(child);
      return isOurs;
    } catch (thrown) {
      const error = toError(thrown);
      const lostHost = error instanceof StartFailedError ? error.lostHost : undefined;
      if (child.isOf(round)) this.#restart(child, { kind: 'error', error }, lostHost);
      return false;
    }
  }

  /** Begins its next incarnation; false when `init` has ignored that. */
  async #begin(child: RunningChild, round: symbol): Promise<boolean> {
    child.status = 'restarting';
    child.starting = round;
    child.exit = undefined;
    try {
      const isUp = await this.#ctx.children.restart(child.ref);
      if (!child.isOf(round)) return isUp;
      child.status = isUp ? 'running' : 'stopped';
      if (isUp) child.upSinceMs = this.#ctx.uptime();
      return isUp;
    } finally {
      if (child.starting === round) child.starting = undefined;
      if (child.isOf(round) && child.status === 'running' && child.exit !== undefined) this.#hasEnded(child, child.exit);
    }
  }

  // One child

  async #terminate(child: RunningChild): Promise<void> {
    const round = Symbol('stop');
    child.claim(round);
    if (child.isAlive) {
      this.#goesDown(child);
      child.status = 'stopping';
      await this.#shutdown(child, child.plan.shutdownMs);
    }
    if (!child.isOf(round)) return;
    child.status = 'stopped';
    if (this.#keepsSpec(child)) this.#ctx.children.rest(child.ref);
    else this.#drop(child);
  }

  #goesDown(child: RunningChild): void {
    child.goesDown(this.#ctx.uptime(), this.#plan.intensity.withinMs);
  }

  #shutdown({ ref }: RunningChild, graceMs: number, comesBack: boolean | ExitReason = false): Promise<void> {
    return this.#ctx.children.shutdown(ref, graceMs, comesBack);
  }

  #keepsSpec({ restart }: RunningChild): boolean {
    return this.#plan.template === undefined && keepsSpec(restart);
  }

  #drop(child: RunningChild): void {
    child.claim(Symbol('drop'));
    this.#children = this.#children.filter((each) => each !== child);
    this.#ctx.children.remove(child.ref);
  }

  #find(isIt: (child: RunningChild) => boolean, what: string): RunningChild {
    const found = this.#children.find(isIt);
    if (found === undefined) throw refusal('not_found', `there is no child ${what}`);
    return found;
  }

  /** A child without an actor, whose spec was kept. */
  #stopped(key: string): RunningChild {
    const child = this.#find((each) => each.key === key, `"${key}"`);
    switch (child.status) {
      case 'stopped': return child;
      case 'restarting': throw refusal('restarting', `child "${key}" is being restarted`);
      case 'running':
      case 'stopping': throw refusal('running', `child "${key}" is running`);
    }
  }
}

/** Whether another try could help. */
function canHeal(reason: ExitReason): boolean {
  return !(reason.kind === 'error' && reason.error instanceof StartFailedError && !reason.error.canHeal);
}

/** OTP's word for what can't be done now. */
function refusal(code: string, why: string, data?: unknown): RefusedError {
  return new RefusedError(code, why, data);
}
