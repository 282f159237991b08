import type { ActorDefinition } from './actor.ts';
import type { ExitReason } from './exit-reason.ts';
import type { IsAny, Movable, Reply } from './sendable.ts';
import type { Shape } from './shape.ts';
import type { Duration } from './duration.ts';
import type { Wait } from './within.ts';
import { DistantDefinition } from './distant-definition.ts';
import { toMs, toPositiveMs } from './duration.ts';
import { DefinitionMismatchError } from './errors.ts';
import { MOVABLE } from './sendable.ts';
import { checkFields, checkLiteral, checkSignal } from './options.ts';
import { checkWait } from './within.ts';

/** A streaming reply. `break` in a `for await` stops the producer; so does disposing of the stream. */
export interface Stream<T> extends AsyncIterableIterator<T, void, undefined>, AsyncDisposable {
  /** All items; the stream must end by itself. */
  toArray(): Promise<T[]>;
}

// `any` in these patterns matches whatever a generator or a handler has there; nothing is typed by it.
type Streamed = AsyncGenerator<any> | Generator<any>;
// `never` and `any` replies are answers, not streams: a bare conditional would turn both into nonsense.
type IsNever<T> = [T] extends [never] ? true : false;
export type Streams<R> = IsNever<R> extends true ? false : IsAny<R> extends true ? false : R extends Streamed ? true : false;

/** The caller's view of handlers: the same functions without `ctx`. */
// Homomorphic and without an `as` clause, here and below: go-to-definition and rename go through.
export type ApiOf<H> = {
  readonly [K in keyof H]: H[K] extends (ctx: any, ...args: infer A) => infer R ? (...args: A) => R : never;
};
type AskOf<F> = F extends (...args: infer A) => infer R
  ? (...args: A) => Streams<R> extends true ? Stream<Reply<R>> : Promise<Awaited<R>> : never;
type TellOf<F> = F extends (...args: infer A) => infer R
  ? Streams<R> extends true ? { 'a streaming handler is asked, not told': never } : (...args: A) => boolean : never;
/** One function per handler: resolves with its reply, or is a {@link Stream}. */
export type Ask<Api> = { readonly [K in keyof Api]: AskOf<Api[K]> };
/** One function per handler that isn't a stream: false above the high-water mark. */
export type Tell<Api> = { readonly [K in keyof Api]: TellOf<Api[K]> };

/** How long to wait, and for what. */
export interface WaitOptions {
  /** > 0 or `Infinity`. Default for an ask 5 s, for `spawn` and `hosts` 30 s, for `drained` no limit. */
  timeout?: Duration | undefined;
  /** Ends the wait, which then rejects with the signal's `reason`. */
  signal?: AbortSignal | undefined;
}

/** How an ask waits. The `timeout` of a stream is for its first item. */
export interface CallOptions extends WaitOptions {
  /** For streams: how long each item after the first may take; else an {@link AskTimeoutError}, too. Default no limit. */
  idle?: Duration;
  /** What an ask does while the actor is being restarted. Default `'wait'`. */
  whenRestarting?: 'wait' | 'reject';
}

/**
 * An address: the caller's view of an actor, `RefOf<typeof Counter>` or a protocol,
 * `ActorRef<{ value(): number }>`. It is a value: it may be part of any message, to any host, and two refs to
 * the same actor in one thread are `===`. It goes on to work when the actor is restarted, and keeps no actor
 * alive.
 *
 * @example
 * const patient = counter.with({ timeout: '30s', signal: AbortSignal.timeout(60_000) });
 * const n = await patient.ask.value();
 * for await (const value of counter.ask.watch(10)) if (value >= n) break; // stops the producer
 */
export interface ActorRef<Api> extends Movable {
  /**
   * One function per handler: sends the message and resolves with the reply, or is the {@link Stream} of a
   * generator handler. The default timeout is 5 s.
   *
   * @throws {ActorCrashedError} (all as rejections) The handler threw.
   * @throws {RefusedError} The handler refused.
   * @throws {AskTimeoutError} No reply in time; whether the handler stops is its own affair.
   * @throws {ActorStoppedError} The actor has ended.
   * @throws {HostDownError} Its thread or process has ended.
   * @throws {UnavailableError} The actor is being restarted, and `whenRestarting` is `'reject'`; or it is a child that was stopped by hand.
   * @throws {MailboxFullError} Its mailbox has a `capacity`, and no place.
   * @throws {NotSendableError} An argument, the reply or an item isn't plain data.
   * @throws {FrameTooLargeError} It is longer than `createSystem({ maxFrame })` allows.
   * @throws {ProtocolError} It can't be read where it arrives: it has a class that isn't registered there.
   * @throws {ActorError} `TROUPE_UNKNOWN_HANDLER`, at once, not as a rejection: there is no such handler.
   * @throws What `signal` was aborted with.
   */
  readonly ask: Ask<Api>;
  /**
   * One function per handler: sends the message and returns at once: false above the high-water mark
   * (`mailbox.highWater` of the definition; `drained()` waits), else true. The message is sent either way, at most once.
   * What finds no place in a full mailbox, or no actor, is a dead letter.
   *
   * @throws {NotSendableError} An argument isn't plain data.
   * @throws {FrameTooLargeError} The arguments are longer than `createSystem({ maxFrame })` allows.
   * @throws {ActorError} `TROUPE_UNKNOWN_HANDLER`: there is no such handler, or it is a stream.
   */
  readonly tell: Tell<Api>;
  /** Resolves with the reason when the actor has ended for good. Never rejects. Whoever asks for it keeps the program alive. */
  readonly closed: Promise<ExitReason>;
  /** The same address with other options. Compare with `equals`. */
  with(options: CallOptions): ActorRef<Api>;
  equals(other: ActorRef<object>): boolean;
  /**
   * Resolves when `tell` would return true again, or the actor has ended. Keeps the program alive until then.
   *
   * @throws {AskTimeoutError} (as a rejection) Not within `timeout`.
   * @throws What `signal` was aborted with.
   */
  drained(options?: WaitOptions): Promise<void>;
  /**
   * Ends the actor after the messages that the caller sent before, and resolves when it has ended. After
   * `grace` (default 5 s) it is killed.
   */
  stop(options?: { grace?: Duration }): Promise<void>;
  /** Ends the actor now, without cleanup. */
  kill(): void;
  /** `ActorRef(counter shop/visits)`: the definition and the path. */
  toString(): string;
}

/** What `spawn` gives: an address that also ends the actor. */
export interface ActorHandle<Api> extends ActorRef<Api>, AsyncDisposable {}

/** The ref to an actor that runs this definition: `RefOf<typeof Counter>`. */
export type RefOf<D> = D extends ActorDefinition<infer _I, infer H, infer _W> ? ActorRef<ApiOf<H>> : never;

/** {@link CallOptions}, checked. */
export interface CallSettings {
  readonly timeoutMs: number | undefined;
  readonly idleMs: number;
  readonly signal: AbortSignal | undefined;
  readonly rejectWhenRestarting: boolean;
}

/** What a ref needs of the runtime: the slot that it addresses. */
export interface Recipient {
  readonly path: string;
  readonly shape: Shape;
  readonly closed: Promise<ExitReason>;
  tell(handler: number, args: unknown[], settings: CallSettings | undefined): boolean;
  ask(handler: number, args: unknown[], settings: CallSettings | undefined): Promise<unknown>;
  stream(handler: number, args: unknown[], settings: CallSettings | undefined): Stream<unknown>;
  drained(wait: Wait): Promise<void>;
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

/** How long an ask waits. */
export const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_GRACE_MS = 5_000;

/** Every ref at run time. `ask` and `tell` are made on first use: most refs are only passed on. */
export class Ref {
  readonly #recipient: Recipient;
  readonly #settings: CallSettings | undefined;
  #ask: object | undefined;
  #tell: object | undefined;

  constructor(recipient: Recipient, settings?: CallSettings) {
    this.#recipient = recipient;
    this.#settings = settings;
  }

  /** The slot behind a ref; undefined for anything else. */
  static recipientOf(value: unknown): Recipient | undefined {
    return typeof value === 'object' && value !== null && #recipient in value ? value.#recipient : undefined;
  }

  get [MOVABLE](): true { return true; }

  get ask(): object {
    return this.#ask ??= new this.#recipient.shape.askClass(this.#recipient, this.#settings);
  }

  get tell(): object {
    return this.#tell ??= new this.#recipient.shape.tellClass(this.#recipient, this.#settings);
  }

  get closed(): Promise<ExitReason> { return this.#recipient.closed; }

  with(options: CallOptions): Ref {
    return new Ref(this.#recipient, checkCallOptions(options, this.#settings));
  }

  equals(other: unknown): boolean {
    return Ref.recipientOf(other) === this.#recipient;
  }

  as(definition: unknown): Ref {
    const { shape } = this.#recipient;
    const wanted = DistantDefinition.of(definition).shape;
    if (wanted.id === shape.id) return this;
    throw new DefinitionMismatchError(wanted.title, `"${this.#recipient.path}" runs ${shape.title}`);
  }

  drained(options: WaitOptions = {}): Promise<void> {
    return this.#recipient.drained(checkWait(options, 'the options of drained()', Infinity));
  }

  stop(options: { grace?: Duration } = {}): Promise<void> {
    checkFields(options, 'the options of stop()', STOP_OPTIONS);
    const { grace = DEFAULT_GRACE_MS } = options;
    return this.#recipient.stop(toMs(grace, 'grace'));
  }

  kill(): void {
    this.#recipient.kill();
  }

  toString(): string {
    const { shape, path } = this.#recipient;
    return `ActorRef(${shape.title} ${path})`;
  }

  toJSON(): string { return this.toString(); }

  [Symbol.asyncDispose](): Promise<void> { return this.stop(); }

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

const CALL_OPTIONS: ReadonlySet<string> = new Set(['timeout', 'signal', 'idle', 'whenRestarting']);
const STOP_OPTIONS: ReadonlySet<string> = new Set(['grace']);

/** @param before Settings that stay where `options` says nothing. */
function checkCallOptions(options: CallOptions, before: CallSettings | undefined): CallSettings {
  checkFields(options, 'the options of with()', CALL_OPTIONS);
  const { timeout, signal = before?.signal, idle, whenRestarting } = options;
  checkSignal(signal);
  if (whenRestarting !== undefined) checkLiteral(whenRestarting, 'whenRestarting', ['wait', 'reject']);
  return {
    timeoutMs: timeout === undefined ? before?.timeoutMs : toPositiveMs(timeout, 'timeout'),
    idleMs: idle === undefined ? before?.idleMs ?? Infinity : toPositiveMs(idle, 'idle'),
    signal,
    rejectWhenRestarting: whenRestarting === undefined ? before?.rejectWhenRestarting ?? false : whenRestarting === 'reject',
  };
}
