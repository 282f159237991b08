import type { ActorCell } from './actor-cell.ts';
import type { ActorContext, InitContext, Later, MonitorOptions, SelfRef } from './context.ts';
import type { Cancel, Clock } from './clock.ts';
import type { ChildSlots, SupervisorContext } from './child-slots.ts';
import type { ActorRef } from './actor-ref.ts';
import type { Chain, Envelope } from './envelope.ts';
import type { Decision } from './decision.ts';
import type { Duration } from './duration.ts';
import type { ExitReason } from './exit-reason.ts';
import type { HostInfo } from './host-info.ts';
import type { ActorLog } from './log.ts';
import type { TimerRun } from './timers.ts';
import type { OpenGroup } from './group.ts';
import type { Spawn } from './spawn-options.ts';
import type { Whereis } from './registry.ts';
import { Alarm } from './deadlines.ts';
import { Few } from './few.ts';
import { LaterAnswer } from './later-answer.ts';
import { RefusedError, invalidOption } from './errors.ts';
import { checkFields } from './options.ts';
import { toMs } from './duration.ts';

/** What `init` returns that ignores its start. */
export const IGNORED = Symbol('ignored');

const MONITOR_OPTIONS: ReadonlySet<string> = new Set(['incarnation']);

/** Who is told when nobody waits for the result of an invocation any more. */
export interface AbortListener {
  aborted(reason: unknown): void;
}

/** One run of a handler, of `init`, `stop` or a signal's handler: the `ctx` that it gets. */
export class Invocation implements ActorContext<unknown>, InitContext, SupervisorContext {
  /** The message being handled, if it is one. */
  readonly envelope: Envelope | undefined;
  /** What runs, if it is no message. */
  readonly what: string | undefined;
  /** When it began, near enough for a report; set when it goes on beyond its turn. */
  openedAt: number | undefined = undefined;
  readonly #cell: ActorCell;
  /** Whether its asker has given up. */
  isAbandoned = false;
  /** For how many things on the clock, or of other actors, it waits now. */
  waits = 0;
  #id: number | undefined;
  #chain: Chain | undefined;
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  #onAbort: Few<AbortListener> | undefined;
  #refusals: WeakSet<object> | undefined;
  #later: Promise<unknown> | undefined;

  constructor(cell: ActorCell, envelope: Envelope | undefined, what?: string) {
    this.#cell = cell;
    this.envelope = envelope;
    this.what = what;
  }

  get state(): unknown { return this.#cell.state; }
  get name(): string { return this.#cell.port.path; }
  get incarnation(): number { return this.#cell.incarnation; }
  get strand(): number { return this.#cell.isAlone(this) ? 0 : this.#number; }
  get self(): SelfRef { return this.#cell.port.self as unknown as SelfRef; }
  get isDaemon(): boolean { return this.#cell.port.isDaemon; }
  get parent(): ActorRef<object> | undefined { return this.#cell.port.parent; }
  get host(): HostInfo { return this.#cell.port.host; }
  get log(): ActorLog { return this.#cell.log; }
  get spawn(): Spawn { return this.#cell.port.spawn; }
  get group(): OpenGroup { return this.#cell.port.group; }
  get whereis(): Whereis { return this.#cell.port.whereis; }
  get children(): ChildSlots { return this.#cell.children; }
  get saved(): unknown { return this.#cell.living?.saved; }
  get slotId(): number { return this.#cell.port.slotId; }
  get clock(): Clock { return this.#cell.port.clock; }
  /** Whether it waits for nothing that the runtime knows of; who looks at `ctx.signal` may wait for that. */
  get waitsForNothing(): boolean { return this.waits === 0 && this.#controller === undefined; }
  get isAborted(): boolean { return this.#aborted !== undefined; }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason);
    }
    return this.#controller.signal;
  }

  sleep(duration: Duration): Promise<void> {
    const ms = toMs(duration, 'the duration of ctx.sleep');
    this.waits++;
    return new Promise((resolve, reject) => {
      const { life, port: { deadlines, clock } } = this.#cell;
      // A handler that is done may have left this behind: it ends with the actor at the latest.
      const both = [this, life];
      const over = (): void => {
        this.waits--;
        for (const each of both) each.forget(sleeper);
      };
      const sleeper = {
        aborted: (reason: unknown): void => {
          deadlines.remove(alarm);
          over();
          reject(reason);
        },
      };
      const alarm = new Alarm(() => {
        over();
        resolve();
      });
      const cause = both.find((each) => each.isAborted);
      if (cause !== undefined) {
        cause.whenAborted(sleeper);
        return;
      }
      for (const each of both) each.whenAborted(sleeper);
      deadlines.add(alarm, clock.now() + ms);
    });
  }

  after(duration: Duration, run: TimerRun): Cancel { return this.#cell.messages.timers.after(duration, run); }
  every(duration: Duration, run: TimerRun): Cancel { return this.#cell.messages.timers.every(duration, run); }
  idle(duration: Duration, run: TimerRun): Cancel { return this.#cell.messages.timers.idle(duration, run); }

  stash(): never {
    this.#cell.messages.stash(this);
    // Its type lets a handler say `return ctx.stash()`, whatever it answers.
    return undefined as never;
  }

  unstashAll(): void { this.#cell.messages.unstashAll(); }

  save(value: unknown): void { this.#cell.living?.save(value); }

  flush(): void { this.#cell.port.flush(); }

  now(): number { return this.#cell.port.clock.wallNow(); }
  random(): number { return this.#cell.port.random.next(); }
  id(): string { return this.#cell.port.random.id(); }

  refuse(code: string, message: string, data?: unknown): RefusedError {
    if (typeof code !== 'string' || code === '' || code.startsWith('TROUPE_')) {
      throw invalidOption('the code of ctx.refuse()', code, 'a text that is not empty and does not begin with TROUPE_');
    }
    const refusal = new RefusedError(code, message, data);
    (this.#refusals ??= new WeakSet()).add(refusal);
    return refusal;
  }

  later<T>(abandoned?: (reason: unknown) => void): Later<T> {
    let resolve: Later<T>['resolve'] = () => undefined;
    let reject: Later<T>['reject'] = () => undefined;
    const promise = new Promise<T>((settle, fail) => {
      resolve = settle;
      reject = fail;
    });
    // `await` doesn't call an own `then`, but a return from an async handler does: it releases the mailbox too.
    // oxlint-disable-next-line unicorn/no-thenable
    void Object.defineProperty(promise, 'then', {
      value: (...args: Parameters<Promise<T>['then']>) => {
        this.#cell.messages.release(this);
        return Promise.prototype.then.apply(promise, args);
      },
    });
    this.#later = promise;
    if (abandoned !== undefined) this.whenAborted({ aborted: abandoned });
    return new LaterAnswer(this, this.#cell.port.current, promise, resolve, reject);
  }

  async activeChildren(): Promise<readonly ActorRef<object>[]> { return await this.#cell.living?.activeChildren() ?? []; }
  async join(group: string): Promise<void> { await this.#cell.living?.join(group); }
  async leave(group: string): Promise<void> { await this.#cell.living?.leave(group); }
  monitor(ref: ActorRef<object>, options: MonitorOptions = {}): void {
    const { incarnation } = checkFields(options, 'the options of ctx.monitor()', MONITOR_OPTIONS) as MonitorOptions;
    if (incarnation !== undefined && !(Number.isInteger(incarnation) && incarnation >= 1)) {
      throw invalidOption('incarnation', incarnation, 'a whole number >= 1');
    }
    this.#cell.living?.monitor(ref, incarnation);
  }

  demonitor(ref: ActorRef<object>): void { this.#cell.living?.demonitor(ref); }
  link(ref: ActorRef<object>): void { this.#cell.living?.link(ref); }
  unlink(ref: ActorRef<object>): void { this.#cell.living?.unlink(ref); }
  trapExit(trap: boolean): void { this.#cell.trapExit(trap); }
  stop(): void { this.#cell.stopItself(); }

  uptime(): number { return this.#cell.port.clock.now(); }
  end(reason: ExitReason): void { this.#cell.stop(reason); }

  ignore(): never {
    // The state is of the other branch's type: nobody but the cell ever sees this.
    return IGNORED as never;
  }

  alarm(ms: number, run: () => void): Cancel {
    const { life, port: { deadlines, clock } } = this.#cell;
    const alarm = new Alarm(() => {
      forget();
      run();
    });
    const ending = { aborted: (): void => deadlines.remove(alarm) };
    const forget = (): void => life.forget(ending);
    life.whenAborted(ending);
    if (!life.isAborted) deadlines.add(alarm, clock.now() + ms);
    return () => {
      forget();
      deadlines.remove(alarm);
    };
  }

  announce(child: ActorRef<object>, reason: ExitReason, decision: Decision): void {
    if (this.#cell.status !== 'stopped') this.#cell.port.announce(child, reason, decision);
  }

  /** Whether `error` is an expected failure of this handler. */
  isRefusal(error: unknown): error is RefusedError {
    return this.#refusals?.has(error as object) === true;
  }

  /** Whether the next message may come in before it has come to its end. */
  get answersLater(): boolean { return this.#later !== undefined; }

  isLater(result: unknown): boolean {
    return result !== undefined && result === this.#later;
  }

  /** The chain of a message that this invocation sends. */
  get chain(): Chain {
    if (this.#chain === undefined) {
      this.#chain = [...this.envelope?.chain ?? [], this.#cell.port.slotId, this.#number];
    }
    return this.#chain;
  }

  /** Nobody else's on this host. */
  get #number(): number {
    return this.#id ??= this.#cell.port.nextInvocationId();
  }

  /** How long the asker still waits, on the clock; an ask made in this handler inherits it. */
  get deadlineAt(): number {
    // What a handler leaves behind when it is done goes by its own limits.
    return this.envelope?.phase === 'running' ? this.envelope.deadline?.at ?? Infinity : Infinity;
  }

  /** Nobody waits for the result any more: it is aborted, and if it would answer later, over. */
  abandon(reason: unknown): void {
    this.isAbandoned = true;
    this.abort(reason);
    this.#cell.messages.abandoned(this);
  }

  /** Ends what is about it: its signal, and what it has asked. */
  abort(reason: unknown): void {
    if (this.#aborted !== undefined) return;
    this.#aborted = { reason: reason ?? new DOMException('Nobody waits for the result any more', 'AbortError') };
    const listeners = this.#onAbort;
    this.#onAbort = undefined;
    this.#controller?.abort(this.#aborted.reason);
    listeners?.forEach((listener) => listener.aborted(this.#aborted?.reason));
  }

  /** Tells `listener` once when this invocation is aborted, at once if it was. */
  whenAborted(listener: AbortListener): void {
    if (this.#aborted === undefined) (this.#onAbort ??= new Few()).add(listener);
    else listener.aborted(this.#aborted.reason);
  }

  /** It isn't to be told any more. */
  forget(listener: AbortListener): void {
    this.#onAbort?.delete(listener);
  }
}
