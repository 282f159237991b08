import type { Answer } from '../core/envelope.ts';
import type { AskStack } from './ask-stack.ts';
import type { CallSettings } from '../core/actor-ref.ts';
import type { AbortListener, Invocation } from '../core/invocation.ts';
import type { Kernel } from './kernel.ts';
import type { Slot } from './slots/slot.ts';
import { AskTimeoutError, ProtocolError } from '../core/errors.ts';
import { addAskStack } from './ask-stack.ts';
import { DEFAULT_TIMEOUT_MS } from '../core/actor-ref.ts';
import { Deadline } from '../core/deadlines.ts';
import { ItemStream } from '../core/stream.ts';

/** How long after the receiver's own deadline the sender gives up, when the receiver says nothing. */
export const SENDER_SLACK_MS = 50;

/** How an ask reaches its receiver; what is done when nobody waits any more. */
export interface AskRoute {
  /** True when the message provably never reached its handler. */
  cancel(reason: unknown): boolean;
}

/** One ask at its sender: settles once, whatever comes first. */
export class PendingAsk extends Deadline implements Answer, AbortListener {
  readonly kernel: Kernel;
  readonly slot: Slot;
  readonly handler: number;
  readonly timeoutMs: number;
  /** When the receiver gives up, on the clock. */
  readonly deadlineAt: number;
  /** What it gives up after: for a stream, how long the next item may take. */
  limitMs: number;
  /** Whether it waits for an item after the first one. */
  isIdle = false;
  /** Its number on the link, when it travels. */
  askId = 0;
  route: AskRoute | undefined;
  onSettled: (() => void) | undefined;
  /** Passes a reply of this thread: as it is once checked, or copied. */
  pass: ((value: unknown, what: string) => unknown) | undefined;
  readonly #stack: AskStack | undefined;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #isSettled = false;
  readonly #caller: Invocation | undefined;
  /** Whether the program stays alive for it. */
  readonly #holds: boolean;
  /** Who counts asks, if somebody does. */
  readonly #observed: (() => void) | undefined;
  #forgetSignal: (() => void) | undefined;

  constructor(
    kernel: Kernel, slot: Slot, handler: number, settings: CallSettings | undefined,
    resolve: (value: unknown) => void, reject: (error: unknown) => void,
  ) {
    super();
    this.kernel = kernel;
    this.slot = slot;
    this.handler = handler;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#stack = kernel.askStackOf(slot, handler);
    const now = kernel.clock.now();
    const caller = kernel.current.invocation;
    const ownDeadlineAt = now + (settings?.timeoutMs ?? slot.shape.timeoutMsOf(handler) ?? DEFAULT_TIMEOUT_MS);
    this.deadlineAt = caller === undefined ? ownDeadlineAt : Math.min(ownDeadlineAt, caller.deadlineAt);
    this.limitMs = this.timeoutMs = this.deadlineAt - now;
    // That of a stream holds for its first item alone.
    this.#observed = kernel.observer?.asked(slot.path, this.handlerName, slot.shape.isStream(handler) ? Infinity : this.deadlineAt);
    this.#caller = caller;
    this.#holds = caller?.isDaemon !== true;
    if (this.#holds) kernel.keepAlive.hold();
    if (caller !== undefined) {
      caller.waits++;
      caller.whenAborted(this);
    }
    if (settings?.signal !== undefined) this.#heed(settings.signal);
  }

  get isSettled(): boolean { return this.#isSettled; }

  get askStack(): string | undefined { return this.#stack?.text; }

  resolve(value: unknown): void {
    if (this.#isSettled) {
      this.kernel.tally.lateReply();
      return;
    }
    const passed = this.pass === undefined ? value : this.pass(value, `result of '${this.handlerName}'`);
    this.#settle();
    this.#resolve(passed);
  }

  reject(error: unknown): void {
    if (this.#isSettled) return;
    const passed = this.pass === this.kernel.values.passReply ? this.kernel.values.passError(error) : error;
    if (this.#stack !== undefined) addAskStack(passed, this.#stack);
    this.#settle();
    this.#reject(passed);
  }

  item(): void {
    throw new ProtocolError(`Cannot take an item of "${this.handlerName}" of "${this.slot.path}": the ask takes one reply`);
  }

  override expire(): void {
    const neverRan = this.route?.cancel(undefined) === true;
    const spent = neverRan ? { where: 'mailbox', waited: this.timeoutMs, ran: 0 } as const : { where: 'unknown', isIdle: this.isIdle } as const;
    this.reject(new AskTimeoutError(this.slot.path, `ask ${this.handlerName} of`, this.limitMs, spent));
  }

  /** What has come is of no use. */
  fail(error: Error): void {
    this.reject(error);
  }

  /** Nobody waits for it any more. */
  aborted(reason: unknown): void {
    if (this.#isSettled) return;
    this.reject(reason);
    this.route?.cancel(reason);
  }

  get handlerName(): string { return this.slot.shape.nameOf(this.handler); }

  #settle(): void {
    this.#isSettled = true;
    this.#observed?.();
    if (this.#caller !== undefined) {
      this.#caller.waits--;
      this.#caller.forget(this);
    }
    this.kernel.deadlines.remove(this);
    if (this.#holds) this.kernel.keepAlive.release();
    this.#forgetSignal?.();
    this.onSettled?.();
  }

  #heed(signal: AbortSignal): void {
    const listener = (): void => this.aborted(signal.reason);
    signal.addEventListener('abort', listener);
    this.#forgetSignal = () => { signal.removeEventListener('abort', listener); };
    if (signal.aborted) listener();
  }
}

/** One streaming ask at its sender. Its timeout holds until the first item, `idle` from then on. */
export class PendingStream extends ItemStream {
  readonly ask: PendingAsk;
  readonly #idleMs: number;

  constructor(kernel: Kernel, slot: Slot, handler: number, settings: CallSettings | undefined) {
    super({
      credit: (items) => { this.giveCredit?.(items); },
      cancel: (reason) => {
        this.ask.reject(undefined);
        this.ask.route?.cancel(reason);
      },
    });
    // The ask settles when the stream ends; what it settles with has been said by the stream.
    this.ask = new PendingAsk(kernel, slot, handler, settings, () => super.resolve(), (error) => super.reject(error));
    this.#idleMs = settings?.idleMs ?? Infinity;
    kernel.deadlines.add(this.ask, this.ask.deadlineAt);
  }

  get askStack(): string | undefined { return this.ask.askStack; }

  /** How consumed items are told to the producer. */
  giveCredit: ((items: number) => void) | undefined;

  override item(value: unknown): void {
    const { kernel, pass, handlerName } = this.ask;
    if (this.ask.isSettled) return;
    const passed = pass === undefined ? value : pass(value, `item of '${handlerName}'`);
    kernel.deadlines.remove(this.ask);
    this.ask.limitMs = this.#idleMs;
    this.ask.isIdle = true;
    kernel.deadlines.add(this.ask, kernel.clock.now() + this.#idleMs);
    super.item(passed);
  }

  override resolve(): void {
    this.ask.pass = undefined;
    this.ask.resolve(undefined);
  }

  override reject(error: unknown): void {
    this.ask.reject(error);
  }

  /** What has come is of no use: nothing more is wanted. */
  fail(error: Error): void {
    this.ask.reject(error);
    this.ask.route?.cancel(error);
  }
}
