import type { Cancel, Clock } from './clock.ts';
import type { Deadlines } from './deadlines.ts';
import type { Duration } from './duration.ts';
import { Deadline } from './deadlines.ts';
import { invalidOption } from './errors.ts';
import { modeOf } from './definition.ts';
import { toMs, toPositiveMs } from './duration.ts';

/** What timers need of the incarnation that they belong to. */
export interface TimersPort {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Whether nothing is being handled, nor waits to be. */
  isQuiet(): boolean;
  /** The signal of a timer that is due takes its place in the mailbox. */
  post(timer: Timer): void;
  /** Some timer waits that keeps the program alive, or none does any more. */
  awaited(isAwaited: boolean): void;
}

/** What a timer runs; its `ctx` is typed where it is set. */
export type TimerRun = (ctx: never) => unknown;

/** How many timers wait to be due, or to be run. */
export interface TimerCounts {
  readonly after: number;
  readonly every: number;
  /** Whether there is an idle timer. */
  readonly idle: boolean;
}

/** A timer of `ctx.after` or `ctx.every`: when it is due, its signal goes into the mailbox. */
export class Timer extends Deadline {
  readonly kind: 'after' | 'every' | 'idle';
  readonly run: TimerRun;
  protected readonly port: TimersPort;

  constructor(kind: Timer['kind'], run: TimerRun, port: TimersPort) {
    super();
    this.kind = kind;
    this.run = run;
    this.port = port;
  }

  override expire(): void {
    this.port.post(this);
  }

  /** Its signal has come to its turn. False when nothing is to run any more. */
  begin(): boolean {
    return true;
  }
}

/** Due at each multiple of its period; those that come while its signal still waits are skipped. */
class EveryTimer extends Timer {
  readonly #periodMs: number;
  readonly #startedAt: number;
  #ticks = 0;

  constructor(run: TimerRun, port: TimersPort, periodMs: number) {
    super('every', run, port);
    this.#periodMs = periodMs;
    this.#startedAt = port.clock.now();
  }

  next(): number {
    const passed = Math.floor((this.port.clock.now() - this.#startedAt) / this.#periodMs);
    this.#ticks = Math.max(this.#ticks, passed) + 1;
    return this.#startedAt + this.#ticks * this.#periodMs;
  }

  override begin(): boolean {
    this.port.deadlines.add(this, this.next());
    return true;
  }
}

/**
 * Due when nothing was handled for some time. It costs nothing per message: it looks when its time is up, and if there was
 * work meanwhile, sleeps on.
 */
class IdleTimer extends Timer {
  readonly #idleMs: number;
  #quietSince: number;
  /** `over`: it has run, and work will set it again. */
  #phase: 'waiting' | 'due' | 'over' = 'waiting';

  constructor(run: TimerRun, port: TimersPort, idleMs: number) {
    super('idle', run, port);
    this.#idleMs = idleMs;
    this.#quietSince = port.clock.now();
    this.#sleep();
  }

  override expire(): void {
    if (!this.port.isQuiet()) this.worked();
    else if (this.port.clock.now() < this.#quietSince + this.#idleMs) this.#sleep();
    else {
      this.#phase = 'due';
      super.expire();
    }
  }

  override begin(): boolean {
    if (this.#phase !== 'due') return false;
    this.#phase = 'over';
    return true;
  }

  /** Something was handled. */
  worked(): void {
    this.#quietSince = this.port.clock.now();
    if (this.place >= 0) return;
    this.#phase = 'waiting';
    this.#sleep();
  }

  /** What was being handled has come to its end. */
  rested(): void {
    if (this.#phase !== 'over') this.#quietSince = this.port.clock.now();
  }

  #sleep(): void {
    this.port.deadlines.add(this, this.#quietSince + this.#idleMs);
  }
}

/** The timers of one incarnation. They end with it: what is set afterwards never runs. */
export class Timers {
  readonly #port: TimersPort;
  /** Those that keep the program alive. */
  readonly #awaited = new Set<Timer>();
  #idle: IdleTimer | undefined;
  /** Signals that were taken since the last count, and are no work. */
  #noWork = 0;
  #isClosed = false;

  constructor(port: TimersPort) {
    this.#port = port;
  }

  get counts(): TimerCounts {
    let after = 0;
    for (const { kind } of this.#awaited) if (kind === 'after') after++;
    return { after, every: this.#awaited.size - after, idle: this.#idle !== undefined };
  }

  after(duration: Duration, run: TimerRun): Cancel {
    const afterMs = toMs(duration, 'the duration of ctx.after');
    const timer = new Timer('after', checkRun(run, 'ctx.after()'), this.#port);
    return this.#set(timer, this.#port.clock.now() + afterMs);
  }

  every(duration: Duration, run: TimerRun): Cancel {
    const periodMs = toPositiveMs(duration, 'the duration of ctx.every');
    const timer = new EveryTimer(checkRun(run, 'ctx.every()'), this.#port, periodMs);
    return this.#set(timer, timer.next());
  }

  idle(duration: Duration, run: TimerRun): Cancel {
    const idleMs = toPositiveMs(duration, 'the duration of ctx.idle');
    checkRun(run, 'ctx.idle()');
    this.#endIdle(this.#idle);
    if (this.#isClosed) return () => {};
    const timer = this.#idle = new IdleTimer(run, this.#port, idleMs);
    return () => this.#endIdle(timer);
  }

  /** The signal of `timer` has come to its turn. Returns what is to run; nothing when that was cancelled. */
  take(timer: Timer): TimerRun | undefined {
    const isIdle = timer === this.#idle;
    const isDue = (isIdle || this.#awaited.has(timer)) && timer.begin();
    if (isIdle || !isDue) this.#noWork++;
    if (timer.kind === 'after') this.#end(timer);
    return isDue ? timer.run : undefined;
  }

  /** So many messages and signals were taken just now. */
  handled(count: number): void {
    const isWork = count > this.#noWork;
    this.#noWork = 0;
    if (isWork) this.#idle?.worked();
  }

  /** The last handler that was running has ended. */
  rested(): void {
    this.#idle?.rested();
  }

  /** The incarnation is ending: nothing of them runs any more. */
  close(): void {
    this.#isClosed = true;
    this.#endIdle(this.#idle);
    for (const timer of this.#awaited) this.#end(timer);
  }

  #set(timer: Timer, at: number): Cancel {
    // For one that is never due there is nothing to wait for.
    if (this.#isClosed || at === Infinity) return () => {};
    this.#awaited.add(timer);
    if (this.#awaited.size === 1) this.#port.awaited(true);
    this.#port.deadlines.add(timer, at);
    return () => this.#end(timer);
  }

  #end(timer: Timer): void {
    if (!this.#awaited.delete(timer)) return;
    this.#port.deadlines.remove(timer);
    if (this.#awaited.size === 0) this.#port.awaited(false);
  }

  #endIdle(timer: IdleTimer | undefined): void {
    if (timer === undefined || timer !== this.#idle) return;
    this.#port.deadlines.remove(timer);
    this.#idle = undefined;
  }
}

function checkRun(run: TimerRun, whose: string): TimerRun {
  if (typeof run === 'function' && modeOf(run) !== 'stream') return run;
  throw invalidOption(`the function of ${whose}`, run, 'a function that is no generator');
}
