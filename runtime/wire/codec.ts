// This entry of the package leaves its native string reader out: no machine code reads what comes over a
// wire.
import { Packr, RESERVE_START_SPACE } from 'msgpackr/pack';
import { FrameTooLargeError, NotSendableError, ProtocolError } from '../../core/errors.ts';
import { MAX_MADE, TOO_DEEPLY_MADE, searchUnsendable } from '../../core/check-sendable.ts';
import { readGraph, writeGraph, type Beside, type Graph, type MovableCodec } from './graph.ts';
import { COPIED, Parcel, isShared, type Attached, type Way } from './parcel.ts';
import { isPlain, isPlainList, isPlainMsgpack } from './plain.ts';

export type { MovableCodec } from './graph.ts';
export { toPlainError, toSendableError, toSendableFields, toSendableText } from './sendable-error.ts';

/** The first byte of a frame. */
const PLAIN = 0; // then msgpack
const GRAPH = 1; // then the length of the table (4 bytes, big-endian), the table in msgpack, the contents

const TABLE_AT = 5;
const CHANGING = 'a value that changes while it is read';
const NO_ATTACHMENTS: readonly Attached[] = [];

/** What msgpackr can write at most. */
const MAX_PACKED = 2 ** 32;

/**
 * A slab of msgpackr that has grown beyond this isn't kept: the small frames cut from it would keep it
 * alive.
 */
const MAX_SLAB = 64 * 1024;

/**
 * Values as bytes, and back the same: as if they had stayed in their thread.
 *
 * Most messages are trees of plain data, which msgpackr writes as they are; all others are laid out flat
 * first (see {@link Graph}). msgpackr is given nothing but what it keeps exactly, and no bytes but those it
 * can have written, so neither its extensions nor its records are ever reached.
 *
 * What doesn't travel: prototypes of user classes that aren't registered (an error's name stays), accessors (their value does),
 * properties that aren't enumerable, frozenness, properties of typed arrays, symbols on errors, the spare
 * room of a resizable ArrayBuffer. Typed arrays have the byte order of the machine. See `stretches` for
 * what a view takes along.
 */
export class Codec {
  readonly #movables: MovableCodec;
  readonly #maxBytes: number;
  readonly #packr = new Packr({
    useRecords: false, variableMapSize: true, useToJSON: false, structuredClone: false,
  });
  readonly #scratch = Buffer.allocUnsafeSlow(4096);
  #depth = 0;
  /** How many values are being packed, one within another: a getter may send a message. */
  #packing = 0;
  #attached: readonly Attached[] | undefined;

  /** @param maxBytes A message that can't but be longer isn't built; the length of what is built is for the caller to check. */
  constructor(movables: MovableCodec, maxBytes = Infinity) {
    this.#movables = movables;
    this.#maxBytes = maxBytes;
  }

  /**
   * @param what Names the value in the error, e.g. `argument 1 of resize`.
   * @returns A view that stays as it is: it may be kept, and sent later.
   * @throws {NotSendableError} Something in `value` isn't plain data.
   * @throws {FrameTooLargeError} It would take far more than `maxBytes`.
   */
  encode(value: unknown, what: string, way: Way = COPIED, maxBytes = this.#maxBytes): Uint8Array {
    return this.#encode(value, what, way, maxBytes, isPlain);
  }

  /**
   * {@link encode} for a list that nobody else holds: only its items are looked at.
   *
   * @throws {NotSendableError}
   * @throws {FrameTooLargeError}
   */
  encodeList(items: readonly unknown[], what: string, way: Way = COPIED, maxBytes = this.#maxBytes): Uint8Array {
    return this.#encode(items, what, way, maxBytes, isPlainList);
  }

  /** The attachments of what was encoded last. */
  get attached(): readonly Attached[] | undefined { return this.#attached; }

  /**
   * Loads no module, runs no code of the message's, and makes nothing but what {@link encode} takes.
   *
   * @param bytes One frame; nobody may write to it meanwhile. The value doesn't keep it alive.
   * @param attached What came with it; the value has them as they are.
   * @param isLenient Whether a text stands for an instance of a class that isn't registered here: in errors and logs.
   * @throws {ProtocolError} `encode` can't have made these bytes.
   */
  decode(bytes: Uint8Array, attached: readonly Attached[] = NO_ATTACHMENTS, isLenient = false): unknown {
    return this.#decode(bytes, { attached, isLenient, made: [] });
  }

  #decode(bytes: Uint8Array, beside: Beside): unknown {
    try {
      if (bytes[0] === PLAIN) return this.#unpack(bytes, 1, bytes.length);
      if (bytes[0] !== GRAPH || bytes.length < TABLE_AT) throw malformed('its form is unknown');
      const contentsAt = TABLE_AT + new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
      if (contentsAt > bytes.length) throw malformed('it is cut off');
      const table = this.#unpack(bytes, TABLE_AT, contentsAt);
      return readGraph(table, bytes.subarray(contentsAt), this.#movables, beside, (inner) => {
        return this.#deeper(() => malformed('it is too deep'), () => this.#decode(inner, beside));
      });
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      throw malformed('it is malformed', { cause: error });
    }
  }

  #encode<T>(
    value: T, what: string, way: Way, maxBytes: number, isPlainForm: (value: T, maxText: number) => boolean,
  ): Uint8Array {
    // A getter or a `toData` may send a message itself, which is encoded meanwhile: ours is the last to end.
    if (way.transfers.length === 0 && isCertain(isPlainForm, value, maxBytes)) {
      const bytes = this.#plain(value, what, maxBytes);
      this.#attached = undefined;
      return bytes;
    }
    const parcel = new Parcel(what, way, maxBytes);
    const bytes = this.#frame(this.#graph(value, parcel), parcel);
    parcel.checkAllMet();
    this.#attached = parcel.attached.length > 0 ? parcel.attached : undefined;
    if (parcel.shapes.length > 0) this.#movables.encoded?.(parcel);
    return bytes;
  }

  #plain(value: unknown, what: string, maxBytes: number): Uint8Array {
    let bytes: Uint8Array;
    try {
      bytes = this.#pack(value, 1);
    } catch (cause) {
      if (isCertain(isPlain, value, maxBytes)) throw new FrameTooLargeError(what, MAX_PACKED, maxBytes);
      throw new NotSendableError(what, CHANGING, { cause });
    }
    bytes[0] = PLAIN;
    return bytes;
  }

  #graph(value: unknown, parcel: Parcel): Graph {
    const { what } = parcel;
    searchUnsendable(value, what, (object) => isShared(object) ? parcel.refusal : undefined);
    try {
      return writeGraph(value, this.#movables, parcel, (data) => this.#inner(data, parcel));
    } catch (cause) {
      if (cause instanceof NotSendableError || cause instanceof FrameTooLargeError) throw cause;
      throw new NotSendableError(what, CHANGING, { cause });
    }
  }

  /** A message within a message. */
  #inner(data: unknown, parcel: Parcel): Uint8Array {
    return this.#deeper(() => new NotSendableError(parcel.what, TOO_DEEPLY_MADE), () => {
      if (!isCertain(isPlain, data, parcel.room)) return this.#frame(this.#graph(data, parcel), parcel);
      const bytes = this.#plain(data, parcel.what, parcel.room);
      parcel.grow(bytes.length);
      return bytes;
    });
  }

  /** Runs for a message within a message: to a depth. */
  #deeper<T>(tooDeep: () => Error, run: () => T): T {
    if (this.#depth === MAX_MADE) throw tooDeep();
    this.#depth++;
    try {
      return run();
    } finally {
      this.#depth--;
    }
  }

  #frame({ table, contents }: Graph, parcel: Parcel): Uint8Array {
    let head: Uint8Array;
    try {
      head = this.#pack(table, TABLE_AT);
    } catch {
      throw new FrameTooLargeError(parcel.what, MAX_PACKED, parcel.maxBytes);
    }
    head[0] = GRAPH;
    new DataView(head.buffer, head.byteOffset).setUint32(1, head.length - TABLE_AT);
    if (contents.length === 0) return head;
    const bytes = new Uint8Array(contents.reduce((sum, { length }) => sum + length, head.length));
    bytes.set(head);
    let at = head.length;
    for (const content of contents) {
      bytes.set(content, at);
      at += content.length;
    }
    return bytes;
  }

  /** The value in msgpack, with room for `reserved` bytes before it. */
  #pack(value: unknown, reserved: number): Uint8Array {
    let bytes: Uint8Array;
    this.#packing++;
    try {
      bytes = this.#packr.pack(value, RESERVE_START_SPACE | reserved);
    } finally {
      this.#packing--;
    }
    if (bytes.buffer.byteLength <= MAX_SLAB) return bytes;
    // The slab can't be taken away from those that aren't done.
    if (this.#packing === 0) this.#packr.useBuffer(Buffer.allocUnsafeSlow(8192));
    return new Uint8Array(bytes);
  }

  #unpack(bytes: Uint8Array, start: number, end: number): unknown {
    // msgpackr hangs a DataView on what it reads: on a view of ours, and for small frames on one that stays.
    let source: Uint8Array = this.#scratch;
    if (bytes.length <= source.length) source.set(bytes);
    else source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (!isPlainMsgpack(source, start, end)) throw malformed('it is malformed');
    return this.#packr.unpack(source, { start, end });
  }
}

/** A getter may throw while a value is looked at: the search for it says where. */
function isCertain<T>(is: (value: T, maxText: number) => boolean, value: T, maxText: number): boolean {
  try {
    return is(value, maxText);
  } catch {
    return false;
  }
}

function malformed(why: string, options?: ErrorOptions): ProtocolError {
  return new ProtocolError(`Cannot decode a message: ${why}`, options);
}
