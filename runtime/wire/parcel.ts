import type { Shape } from '../../core/shape.ts';
import { FrameTooLargeError, NotSendableError } from '../../core/errors.ts';
import { Transfer, isDetached } from '../../core/transfer.ts';

/** A buffer that travels beside the bytes of a message: to another thread of the same program. */
export type Attached = ArrayBuffer | SharedArrayBuffer;

/** The attachments of a frame: the place of a record in it, and those of its body. */
export type Attachments = readonly (readonly [record: number, buffers: readonly Attached[]])[];

/** How the buffers of a message travel. */
export interface Way {
  /** The receiver is a thread of the program that this one belongs to. */
  readonly shares: boolean;
  /** The receiver is this thread: what can't leave it may be in the message. */
  readonly stays: boolean;
  /** Buffers that move. */
  readonly transfers: readonly ArrayBuffer[];
}

const NOTHING: readonly ArrayBuffer[] = [];
const IMMOVABLE = 'a value with an ArrayBuffer that cannot be transferred';
export const COPIED: Way = { shares: false, stays: false, transfers: NOTHING };
export const SHARED: Way = { shares: true, stays: false, transfers: NOTHING };
export const KEPT: Way = { shares: true, stays: true, transfers: NOTHING };

/** Why shared memory can't go to a process. */
export const NOT_SHARED = 'a SharedArrayBuffer, which only threads of one program share (a state actor serves all hosts)';

/**
 * One message while it is encoded, with the messages within it: what goes beside its bytes, and how long it gets. None of
 * it is the codec's: a getter or a `toData` may send a message while another one is encoded.
 */
export class Parcel {
  readonly what: string;
  readonly way: Way;
  readonly maxBytes: number;
  readonly attached: Attached[] = [];
  /** Of the refs in it: they must be known where it goes. */
  readonly shapes: Shape[] = [];
  /** The instances with a `toData` in it, numbered. */
  readonly made = new Map<object, number>();
  readonly #met = new Set<ArrayBufferLike>();
  #bytes = 0;

  constructor(what: string, way: Way, maxBytes: number) {
    this.what = what;
    this.way = way;
    this.maxBytes = maxBytes;
  }

  /** @throws {FrameTooLargeError} It takes too much by now: what is left of it isn't even looked at. */
  grow(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.maxBytes) throw new FrameTooLargeError(this.what, this.#bytes, this.maxBytes);
  }

  /** How many bytes it may still grow by. */
  get room(): number { return this.maxBytes - this.#bytes; }

  /** What is wrong with shared memory in this message. */
  get refusal(): string | undefined {
    return this.way.shares ? undefined : NOT_SHARED;
  }

  /** The place of `buffer` among the attachments; undefined when its bytes belong into the message. */
  placeOf(buffer: ArrayBufferLike): number | undefined {
    const { shares, transfers } = this.way;
    this.#met.add(buffer);
    if (!shares || !(isShared(buffer) || transfers.includes(buffer))) return undefined;
    const known = this.attached.indexOf(buffer);
    return known >= 0 ? known : this.attached.push(buffer) - 1;
  }

  /** @throws {NotSendableError} A buffer that shall move isn't in the message. */
  checkAllMet(): void {
    const missing = this.way.transfers.findIndex((buffer) => !this.#met.has(buffer));
    if (missing >= 0) throw new NotSendableError(this.what, `a value without buffers[${missing}] of its transfer()`);
  }
}

/**
 * Detaches `transfers`: all or none. Returns `attached` with the buffers that have their bytes now.
 *
 * @throws {NotSendableError} One of them can't be moved: it is that of a WebAssembly memory, or of Node's pool.
 */
export function handOver(
  attached: readonly Attached[] | undefined, transfers: readonly ArrayBuffer[], what: string,
): readonly Attached[] | undefined {
  if (SKIPS_IMMOVABLE && transfers.length > 1 && !transfers.every(canMove)) throw new NotSendableError(what, IMMOVABLE);
  let moved: readonly ArrayBuffer[];
  try {
    moved = structuredClone(transfers, { transfer: [...transfers] });
  } catch (cause) {
    throw new NotSendableError(what, IMMOVABLE, { cause });
  }
  if (!transfers.every(isDetached)) throw new NotSendableError(what, IMMOVABLE);
  return attached?.map((buffer) => {
    const mine = moved[transfers.indexOf(buffer as ArrayBuffer)];
    return mine === undefined ? buffer : withFixedLength(mine);
  });
}

/** Before Node 21 an immovable buffer is copied without a word, while those beside it move. `detached` came with that. */
const SKIPS_IMMOVABLE = !('detached' in ArrayBuffer.prototype);

/** Whether `buffer` would move: a list that names it twice is refused then, and nothing has happened. */
function canMove(buffer: ArrayBuffer): boolean {
  try {
    structuredClone(null, { transfer: [buffer, buffer] });
    return false;
  } catch {
    return true;
  }
}

/** The spare room of a resizable one travels nowhere. */
function withFixedLength(buffer: ArrayBuffer): ArrayBuffer {
  // `resizable` isn't in the ES2023 typings.
  return (buffer as { resizable?: boolean }).resizable === true ? buffer.slice(0) : buffer;
}

/** The buffers that move with these arguments; undefined when none is wrapped. */
export function transfersOf(args: readonly unknown[], what: string): readonly ArrayBuffer[] | undefined {
  if (!hasTransfer(args)) return undefined;
  const transfers = args.flatMap((arg) => arg instanceof Transfer ? arg.buffers : []);
  if (new Set(transfers).size === transfers.length) return transfers;
  throw new NotSendableError(what, 'a list that transfers one ArrayBuffer twice');
}

/** Runs on each message. */
export function hasTransfer(args: readonly unknown[]): boolean {
  for (const arg of args) if (typeof arg === 'object' && arg instanceof Transfer) return true;
  return false;
}

/** @throws {NotSendableError} What is decoded more than once can't move into the first of its copies. */
export function refuseTransfer(value: unknown, what: string): void {
  if (value instanceof Transfer) throw new NotSendableError(what, 'a transfer(), which wraps an argument, a reply or an item');
}

export function unwrapped(arg: unknown): unknown {
  return arg instanceof Transfer ? arg.value : arg;
}

/** What came with the record at this place in a frame. */
export function attachmentsOf(record: number, attachments: Attachments): readonly Attached[] | undefined {
  return attachments.find(([index]) => index === record)?.[1];
}

export function isShared(buffer: object): buffer is SharedArrayBuffer {
  return buffer instanceof SharedArrayBuffer;
}
