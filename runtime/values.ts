import type { Attached, Way } from './wire/parcel.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { Order, Request, StoredValue } from './control.ts';
import type { Refs } from './refs.ts';
import type { Shape } from '../core/shape.ts';
import { ActorCrashedError, FrameTooLargeError, RefusedError, show } from '../core/errors.ts';
import { COPIED, KEPT, NOT_SHARED, SHARED, handOver, isShared, refuseTransfer, transfersOf, unwrapped } from './wire/parcel.ts';
import { Codec, toPlainError, toSendableError, toSendableFields } from './wire/codec.ts';
import { Transfer } from '../core/transfer.ts';
import { checkSendable } from '../core/check-sendable.ts';
import { roughSize } from './wire/rough-size.ts';

/** A state that takes more isn't measured: that would take a while. */
const MAX_STATE_BYTES = 2 ** 20;

/** A message as it travels: bytes, the shapes of the refs in them, and buffers beside them. */
export interface Encoded {
  readonly body: Uint8Array;
  readonly shapes: readonly Shape[];
  readonly attached: readonly Attached[] | undefined;
}

/** How messages pass within a thread: as they are once checked, or through the codec. */
export type LocalMessages = 'checked' | 'copied';

/** What a system's messages go by, the same on all its hosts. */
export interface MessageRules {
  readonly local: LocalMessages;
  /** The longest message, reply, item or input, and the most that is saved at once. */
  readonly maxBytes: number;
  /** Whether every ask notes where it was made. */
  readonly askStacks: boolean;
}

export const DEFAULT_RULES: MessageRules = { local: 'checked', maxBytes: 64 * 2 ** 20, askStacks: false };

/** What becomes of values in one host: how they are passed within its thread, and how they leave it and come back. */
export class Values {
  readonly rules: MessageRules;
  readonly #refs: Refs;
  readonly #codec: Codec;

  constructor(refs: Refs, rules: MessageRules) {
    this.rules = rules;
    this.#refs = refs;
    this.#codec = new Codec(refs, rules.maxBytes);
  }

  /**
   * @param shares Whether it goes to a thread of the program, from another one.
   * @throws {NotSendableError}
   * @throws {FrameTooLargeError}
   */
  encode(value: unknown, what: string, shares = false): Encoded {
    return this.#encode(value, what, shares ? SHARED : COPIED, this.rules.maxBytes);
  }

  /**
   * {@link encode} for what is decoded later, and more than once.
   *
   * @throws {NotSendableError} (also) `value` is a `transfer()`.
   */
  store(value: unknown, what: string, way: Omit<Way, 'transfers'>): StoredValue {
    refuseTransfer(value, what);
    const { body, shapes, attached = [] } = this.#encode(value, what, { ...COPIED, ...way }, this.rules.maxBytes);
    // Small bytes lie among others: they would keep them all.
    const bytes = body.length < body.buffer.byteLength ? new Uint8Array(body) : body;
    return { bytes, shapes: shapes.map(({ data }) => data), shared: attached as readonly SharedArrayBuffer[] };
  }

  /** What was stored, anew. @throws {ProtocolError} See {@link Codec.decode}. */
  restore({ bytes, shapes, shared }: StoredValue): unknown {
    for (const shape of shapes) this.#refs.shape(shape);
    return this.decode(bytes, shared);
  }

  /** Never fails: an error has a limit of its own. */
  encodeError(error: unknown): Encoded {
    const what = 'an error';
    let body: Uint8Array;
    try {
      body = this.#codec.encode(this.sendableError(error), what, COPIED, Infinity);
    } catch {
      // It is another one whenever it is looked at.
      this.#refs.takeEncodedShapes();
      body = this.#codec.encode(toPlainError(error), what, COPIED, Infinity);
    }
    return { body, shapes: this.#refs.takeEncodedShapes(), attached: undefined };
  }

  /** Whatever was thrown, as an error that may go to every host. */
  sendableError(error: unknown): Error {
    return toSendableError(error, this.#canMove);
  }

  /** {@link sendableError} for what an actor has ended for. */
  sendableReason(reason: ExitReason): ExitReason {
    return reason.kind === 'error' ? { kind: 'error', error: this.sendableError(reason.error) } : reason;
  }

  /** {@link encode} for the arguments of a message. */
  encodeArguments(args: readonly unknown[], handler: string, shares = false): Encoded {
    return this.#encodeArguments(args, handler, shares ? SHARED : COPIED, this.rules.maxBytes);
  }

  /** @param isLenient Whether a text stands for an instance of a class that isn't registered here. */
  decode(bytes: Uint8Array, attached?: readonly Attached[], isLenient = false): unknown {
    return this.#codec.decode(bytes, attached, isLenient);
  }

  /** How many bytes the state of an actor here would take; undefined when it can't be encoded, or is long. Never throws. */
  sizeOf(state: unknown): number | undefined {
    if (roughSize(state, MAX_STATE_BYTES) > MAX_STATE_BYTES) return undefined;
    try {
      const { length } = this.#codec.encode(state, 'the state', KEPT, MAX_STATE_BYTES);
      return length <= MAX_STATE_BYTES ? length : undefined;
    } catch {
      return undefined;
    } finally {
      this.#refs.takeEncodedShapes();
    }
  }

  /** Arguments for an actor of this thread. @throws {NotSendableError} */
  passArguments(args: unknown[], handler: string): unknown[] {
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      const type = typeof arg;
      if (type === 'string' || type === 'number' || type === 'boolean' || arg === undefined || arg === null) continue;
      if (arg instanceof Transfer) return this.copyArguments(args, handler);
      this.#check(arg, `argument ${i + 1} of ${handler}`);
    }
    return this.rules.local === 'checked' && !this.#refs.takeNames() ? args : this.copyArguments(args, handler);
  }

  /** Arguments for many. @param shares Whether all of them live in threads of the program. @throws {NotSendableError} */
  checkArguments(args: readonly unknown[], handler: string, shares: boolean): void {
    args.forEach((arg, i) => this.#check(arg, `argument ${i + 1} of ${handler}`, shares));
  }

  /** Arguments for an actor of this thread as another host would get them: transferred buffers are new ones. */
  copyArguments(args: readonly unknown[], handler: string): unknown[] {
    const { body, attached } = this.#encodeArguments(args, handler, KEPT, Infinity);
    return this.decode(body, attached) as unknown[];
  }

  /** A reply within this thread. @throws {NotSendableError} */
  readonly passReply = (value: unknown, what: string): unknown => {
    if (value instanceof Transfer) return this.#copy(value, what);
    this.#check(value, what);
    return this.rules.local === 'checked' && !this.#refs.takeNames() ? value : this.#copy(value, what);
  };

  /** What an actor of this thread has failed with, as another host would get it. */
  passError(error: unknown): unknown {
    return error instanceof ActorCrashedError || error instanceof RefusedError ? this.sendableError(error) : error;
  }

  /** A reply of a definition that never leaves this thread: whatever it is, but for a transfer. */
  readonly passUnchecked = (value: unknown, what: string): unknown => {
    return value instanceof Transfer ? this.#copy(value, what) : value;
  };

  /** A copy for somebody who looks at it; short texts stand for what can't be sent. Never fails. */
  copyForShow(value: unknown): unknown {
    try {
      const { body } = this.#encode(toSendableFields({ value }, this.#canMove), 'a value', COPIED, Infinity);
      return (this.decode(body, undefined, true) as { value?: unknown }).value;
    } catch {
      // It is another one whenever it is looked at.
      this.#refs.takeEncodedShapes();
      return `[${show(value)}]`;
    }
  }

  /** Fields of a log entry, as they can be sent. Never throws. */
  fieldsOf(fields: unknown): object {
    return toSendableFields(fields, this.#canMove);
  }

  /** As it goes ahead of an ask, whose own length may be limited. */
  packAskStack(text: string): Encoded {
    return { body: this.#codec.encode(text, 'a stack', COPIED, Infinity), shapes: [], attached: undefined };
  }

  packShape({ data }: Shape): Uint8Array {
    return this.#codec.encode(data, 'a shape', COPIED, Infinity);
  }

  /** What is said beside the messages. No limit: what it holds has been through one, an input or an error. */
  encodeControl(message: Request | Order, shares: boolean): Encoded {
    const encode = (value: Request | Order): Uint8Array => this.#codec.encode(value, `a ${message.type}`, shares ? SHARED : COPIED, Infinity);
    let body: Uint8Array;
    try {
      body = encode(message);
    } catch {
      // An error that is another one whenever it is looked at.
      this.#refs.takeEncodedShapes();
      body = encode(withPlainErrors(message));
    }
    const { attached } = this.#codec;
    return { body, shapes: this.#refs.takeEncodedShapes(), attached };
  }

  #encode(value: unknown, what: string, way: Way, maxBytes: number): Encoded {
    if (!(value instanceof Transfer)) return this.#encoded(this.#codec.encode(value, what, way, maxBytes), what, maxBytes);
    const transfers = value.buffers;
    return this.#encoded(this.#codec.encode(value.value, what, { ...way, transfers }, maxBytes), what, maxBytes, transfers);
  }

  #encodeArguments(args: readonly unknown[], handler: string, way: Way, maxBytes: number): Encoded {
    const what = `arguments of ${handler}`;
    const transfers = transfersOf(args, what);
    const values = transfers === undefined ? args : args.map(unwrapped);
    let body: Uint8Array;
    try {
      body = this.#codec.encodeList(values, what, transfers === undefined ? way : { ...way, transfers }, maxBytes);
    } catch (error) {
      if (error instanceof FrameTooLargeError) throw error;
      // The text names the argument as its writer counts.
      values.forEach((arg, i) => this.#check(arg, `argument ${i + 1} of ${handler}`, way.shares));
      throw error;
    }
    return this.#encoded(body, what, maxBytes, transfers);
  }

  /** The last step: it will be sent. */
  #encoded(body: Uint8Array, what: string, maxBytes: number, transfers?: readonly ArrayBuffer[]): Encoded {
    const shapes = this.#refs.takeEncodedShapes();
    const { attached } = this.#codec;
    if (body.length > maxBytes) throw new FrameTooLargeError(what, body.length, maxBytes);
    return { body, shapes, attached: transfers === undefined ? attached : handOver(attached, transfers, what) };
  }

  #copy(value: unknown, what: string): unknown {
    const { body, attached } = this.#encode(value, what, KEPT, Infinity);
    return this.decode(body, attached);
  }

  #check(value: unknown, what: string, shares = true): void {
    checkSendable(value, what, (object) => {
      if (isShared(object)) return shares ? undefined : NOT_SHARED;
      return this.#refs.refusal(object);
    });
  }

  readonly #canMove = (movable: object): boolean => this.#refs.departureRefusal(movable) === undefined;
}

/** What may hold an error deeper down. */
const HOLDERS: ReadonlySet<string> = new Set(['reason', 'notice', 'facts', 'comesBack', 'entry']);

/** The same with errors, and fields of a log entry, that can surely be sent. */
function withPlainErrors<T extends object>(message: T): T {
  const plain = Object.entries(message).map(([key, value]: [string, unknown]) => {
    if (value instanceof Error) return [key, toPlainError(value)];
    if (key === 'fields') return [key, {}];
    if (key === 'state') return [key, '[a state that changes while it is read]'];
    const isHolder = HOLDERS.has(key) && typeof value === 'object' && value !== null;
    return [key, isHolder ? withPlainErrors(value) : value];
  });
  return Object.fromEntries(plain) as T;
}
