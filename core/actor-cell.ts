import type { CellPort } from './cell-port.ts';
import type { ChildSlots } from './child-slots.ts';
import type { Definition } from './definition.ts';
import type { Envelope } from './envelope.ts';
import type { Exit } from './signal.ts';
import type { ExitReason } from './exit-reason.ts';
import type { ActorLog } from './log.ts';
import type { Handling } from './actor-snapshot.ts';
import type { Status } from './lifecycle.ts';
import { Alarm } from './deadlines.ts';
import { IGNORED, Invocation } from './invocation.ts';
import { MessageLoop } from './message-loop.ts';
import { NO_CHILD_SLOTS } from './child-slots.ts';
import { UserCode } from './user-code.ts';
import { canMove } from './lifecycle.ts';
import { ActorCrashedError, ActorStoppedError, StartFailedError, toError } from './errors.ts';
import { describeExit, isAbnormal } from './exit-reason.ts';

/** How long `stop` may take after a crash or `ctx.stop()`; a stop that others asked for has their limit. */
const CLEANUP_MS = 5_000;

/** Drives one incarnation of an actor, from `init` to `stop`: it moves the lifecycle, and says how it ends. */
export class ActorCell {
  readonly port: CellPort;
  readonly incarnation: number;
  readonly definition: Definition;
  readonly code: UserCode;
  readonly messages: MessageLoop;
  /** What `init` got: its signal is aborted when this incarnation has ended. */
  readonly life: Invocation;
  state: unknown = undefined;
  #status: Status = 'starting';
  #trapsExits = false;
  /** Why it ends, once it does. */
  #reason: ExitReason = { kind: 'normal' };
  /** The run of `stop`, once it has begun. */
  #cleanup: Invocation | undefined;
  readonly #cleanupLimit = new Alarm(() => this.#finish(this.#reason));
  /** Whether the port knows what this incarnation was at when it failed. */
  #isDescribed = false;
  #log: ActorLog | undefined;

  constructor(port: CellPort, definition: Definition, incarnation: number) {
    this.port = port;
    this.incarnation = incarnation;
    this.definition = definition;
    this.code = new UserCode(port.current, port.followsAll);
    this.messages = new MessageLoop(this);
    this.life = new Invocation(this, undefined, 'init');
  }

  get status(): Status { return this.#status; }

  get log(): ActorLog { return this.#log ??= this.port.logOf(this.incarnation); }

  get isEnding(): boolean { return this.#status === 'stopping' || this.#status === 'stopped'; }

  /** The slot, for as long as this incarnation may act in it: what it leaves behind speaks for none that comes after. */
  get living(): CellPort | undefined { return this.#status === 'stopped' ? undefined : this.port; }
  /** The slots below it, as long as they are this incarnation's. */
  get children(): ChildSlots { return this.#status === 'stopped' ? NO_CHILD_SLOTS : this.port.children; }

  // What it shows of itself

  /** What is being handled now. */
  get handling(): Handling[] {
    const now = this.port.clock.now();
    return this.#running.map((invocation) => ({ handler: this.nameOf(invocation), sinceMs: now - (invocation.openedAt ?? now) }));
  }

  /** What runs beyond its turn, and whose doing that is: handlers, streams at work, `init` and `stop`. */
  get busy(): readonly Invocation[] {
    const { open } = this.messages;
    // A stream that its consumer gives no credit waits for that; an answer for later is another handler's affair.
    return this.#running.filter((invocation) => {
      const { producer } = invocation.envelope ?? {};
      return producer === undefined ? !open.has(invocation) || open.holds(invocation) : producer.isPulling;
    });
  }

  /** Whether nothing else of this actor runs as long as this does, and goes on. */
  isAlone(invocation: Invocation): boolean {
    const { open } = this.messages;
    if (invocation === this.life) return this.#status === 'starting';
    if (invocation === this.#cleanup) return this.#status === 'stopping';
    const isAtWork = open.has(invocation) ? open.holds(invocation) : invocation.envelope?.phase === 'running';
    return isAtWork && !invocation.answersLater && this.definition.parts.concurrency === 1;
  }

  /** What an invocation is a run of. */
  nameOf({ what = '', envelope }: Invocation): string {
    return envelope === undefined ? what : this.definition.shape.nameOf(envelope.handler);
  }

  get #running(): Invocation[] {
    const running = [...this.messages.open];
    if (this.#status === 'starting') running.push(this.life);
    if (this.#cleanup !== undefined) running.push(this.#cleanup);
    return running;
  }

  // Its life

  /** Runs `init`. Ends in `port.started` or `port.ended`; never throws. */
  start(input: unknown): void {
    const ctx = this.life;
    ctx.openedAt = this.port.clock.now();
    const started = (state: unknown): void => {
      if (this.#status !== 'starting') return;
      if (state === IGNORED) {
        this.#finish({ kind: 'normal' });
        return;
      }
      this.state = state;
      this.#move('running');
      this.port.started();
      this.port.wake();
    };
    const failed = (error: unknown): void => {
      if (this.#status === 'starting') this.#finish({ kind: 'error', error: toError(error) });
    };
    this.code.run(ctx, this.definition.parts.init, [input, ctx], started, failed);
  }

  /** Ends by its own wish: nobody else limits its cleanup. */
  stopItself(): void {
    if (this.#status === 'running') this.#limitCleanup();
    this.stop({ kind: 'normal' });
  }

  /** Ends after the messages that run now, with `stop`. */
  stop(reason: ExitReason): void {
    if (this.#status === 'starting') this.#finish(reason);
    if (this.#status !== 'running') return;
    this.#reason = reason;
    this.#move('stopping');
    const error = new ActorStoppedError(this.port.path, 'wait for a reply of', 'maybe');
    const { open } = this.messages;
    for (const invocation of open) if (!open.holds(invocation)) open.end(invocation, error);
    this.cleanUpWhenIdle();
  }

  /** Ends now: nothing more of it runs by our doing. */
  kill(): void {
    if (this.#status === 'stopped') return;
    const reason: ExitReason = { kind: 'killed' };
    this.#describe(reason, this.messages.handled);
    const error = new ActorStoppedError(this.port.path, 'wait for a reply of', 'maybe');
    const { open } = this.messages;
    for (const invocation of open) open.end(invocation, error);
    this.#finish(reason);
  }

  /**
   * Something failed outside of a handler's own promise: a timer or an unhandled rejection of its making.
   *
   * @param message The one whose handler that was.
   */
  crashFromOutside(error: unknown, message: Envelope | undefined): void {
    if (this.#status === 'starting') this.#finish({ kind: 'error', error: toError(error) });
    else this.crash(error, undefined, message);
  }

  /**
   * Something of it has failed.
   *
   * @param culprit What has.
   * @param message The one that was being handled.
   */
  crash(error: unknown, culprit: Invocation | undefined, message = culprit?.envelope): void {
    const failure = toError(error);
    this.#fall({ kind: 'error', error: failure }, failure, culprit, message);
  }

  /** Runs `stop` if it is to end, and nothing is being handled any more. */
  cleanUpWhenIdle(): void {
    if (this.#status === 'stopping' && this.#cleanup === undefined && this.messages.isIdle) this.#cleanUp();
  }

  trapExit(trap: boolean): void {
    this.#trapsExits = trap;
    this.living?.trapExit(trap);
  }

  /** A linked actor has ended. `error` is what those are told that wait for this one, if it ends with it. */
  linkExited(exit: Exit, slot: number, error: Error): void {
    if (this.#trapsExits) {
      this.port.mailbox.postExit(exit, slot);
      this.port.wake();
      return;
    }
    const { reason } = exit;
    if (reason.kind === 'normal') return;
    if (this.#status === 'starting') {
      const why = `an actor that it is linked with has ended (${describeExit(reason)})`;
      this.#finish({ kind: 'error', error: new StartFailedError(this.port.path, why, { cause: error }) });
    }
    if (this.#status !== 'running') return;
    // It may be in the midst of a handler of its own. Nothing else begins, and the rest comes as soon as that pauses.
    this.#reason = reason;
    this.#move('stopping');
    this.#limitCleanup();
    void Promise.resolve().then(() => this.#fall(reason, error, undefined, this.messages.handled));
  }

  /** Ends at once, but for `stop`. What runs is given up, because of `error`. */
  #fall(reason: ExitReason, error: Error, culprit: Invocation | undefined, message: Envelope | undefined): void {
    const isFirst = this.#status === 'running';
    // Before anything else runs: a listener of an aborted signal may want to stop what is crashing.
    if (isFirst) this.#move('stopping');
    this.#describe(reason, message);
    if (this.#cleanup === undefined) this.#reason = reason;
    const { open } = this.messages;
    if (culprit !== undefined) open.include(culprit);
    for (const invocation of open) {
      const action = invocation.envelope === undefined ? 'run' : `ask ${this.nameOf(invocation)} of`;
      open.end(invocation, new ActorCrashedError(this.port.path, action, 'maybe', error));
    }
    if (isFirst) this.#limitCleanup();
    if (this.#status === 'stopping' && this.#cleanup === undefined) this.#cleanUp();
  }

  #limitCleanup(): void {
    const { deadlines, clock } = this.port;
    if (this.definition.parts.stop !== undefined) deadlines.add(this.#cleanupLimit, clock.now() + CLEANUP_MS);
  }

  #cleanUp(): void {
    const { stop } = this.definition.parts;
    if (stop === undefined) {
      this.#finish(this.#reason);
      return;
    }
    const ctx = this.#cleanup = new Invocation(this, undefined, 'stop');
    ctx.openedAt = this.port.clock.now();
    const failed = (error: unknown): void => {
      this.#finish(this.#reason.kind === 'error' ? this.#reason : { kind: 'error', error: toError(error) });
    };
    this.port.busy(true);
    this.code.run(ctx, stop, [ctx, this.#reason], () => this.#finish(this.#reason), failed);
  }

  #finish(reason: ExitReason): void {
    if (this.#status === 'stopped') return;
    const wasStarting = this.#status === 'starting';
    if (isAbnormal(reason)) this.#describe(reason, undefined);
    this.#move('stopped');
    this.port.deadlines.remove(this.#cleanupLimit);
    const gone = new ActorStoppedError(this.port.path, 'go on in');
    this.life.abort(gone);
    this.#cleanup?.abort(gone);
    this.port.busy(false);
    this.port.ended(reason, wasStarting);
  }

  #describe(reason: ExitReason, message: Envelope | undefined): void {
    if (this.#isDescribed || this.#status === 'starting' || this.#status === 'stopped') return;
    this.#isDescribed = true;
    this.port.crashing(reason, message, this.messages.recent.beside(message?.handler));
  }

  #move(to: Status): void {
    if (!canMove(this.#status, to)) throw new Error(`illegal move of an actor: ${this.#status} to ${to}`);
    this.#status = to;
    if (this.isEnding) this.messages.closeTimers();
  }
}
