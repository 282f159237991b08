import type { DeadLetterReason, Fate } from '../../core/envelope.ts';
import { ProtocolError } from '../../core/errors.ts';

/** What travels on a link: its fields, all whole numbers of 32 bits, and in brackets what its body is. */
export const RECORD = {
  /** slot, incarnation, seq, handler [arguments] */
  tell: 0,
  /** slot, incarnation, seq, handler, ask, remaining ms or `NO_LIMIT`, chain... [arguments] */
  ask: 1,
  /** As `ask`. */
  stream: 2,
  /** slot, incarnation, seq */
  stop: 3,
  /** ask [the reply] */
  reply: 4,
  /** ask [the error] */
  failure: 5,
  /** ask [the item] */
  item: 6,
  /** ask, items */
  credit: 7,
  /** ask */
  cancel: 8,
  /** slot, seq: all up to it are settled */
  acknowledge: 9,
  /** slot, seq, index of its fate, index of why, 1 if its handler had begun: settled otherwise than by being handled, or out of turn */
  fate: 10,
  /** [a shape's data]: before the first ref of this shape */
  shape: 11,
  /** [a request or an order] */
  control: 12,
  /** slot: the sender's numbers for it begin anew */
  forget: 13,
  /** ask [lines of a stack]: where it was made; right before it */
  askStack: 14,
} as const;

export type RecordKind = (typeof RECORD)[keyof typeof RECORD];

/** The body of a record that has none. */
export const NOTHING = new Uint8Array(0);

/** Remaining time of an ask that has no timeout. */
export const NO_LIMIT = 0xffffffff;

const FATES: readonly Fate[] = ['rejected', 'dead_letter', 'handled'];
const WHYS: readonly DeadLetterReason[] = ['stopped', 'undecodable', 'mailbox_full', 'dropped'];

/** A fate and its reason as fields of a record. */
export function fateFields(fate: Fate, why: DeadLetterReason, hasBegun: boolean): [fate: number, why: number, hasBegun: number] {
  return [FATES.indexOf(fate), WHYS.indexOf(why), hasBegun ? 1 : 0];
}

/** @throws {ProtocolError} There are no such ones. */
export function fateOf(fateField: number, whyField: number): { fate: Fate; why: DeadLetterReason } {
  const fate = FATES[fateField];
  const why = WHYS[whyField];
  if (fate === undefined || why === undefined) throw new ProtocolError('Cannot read the fate of a message');
  return { fate, why };
}

const FRAME_HEAD_BYTES = 12;
const RECORD_HEAD_BYTES = 8;
const FIELD_BYTES = 4;
const FIRST_BYTES = 1_024;
/** A frame up to this length may come from Node's pool, which costs less. */
const POOLED_BYTES = 512;
/** A buffer that has grown beyond this isn't kept. */
const MAX_KEPT_BYTES = 64 * 1_024;

/**
 * Records in the order of their writing.
 *
 *     frame:   [from u32][to u32][number u32] record*
 *     record:  [kind u8][fields u24][body length u32] field* body
 */
export class FrameWriter {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = FRAME_HEAD_BYTES;
  #count = 0;

  get isEmpty(): boolean { return this.#length === FRAME_HEAD_BYTES; }

  get length(): number { return this.#length; }

  /** How many records it has. */
  get count(): number { return this.#count; }

  write(kind: RecordKind, fields: readonly number[], body: Uint8Array): void {
    let at = this.#length;
    const end = at + RECORD_HEAD_BYTES + fields.length * FIELD_BYTES + body.length;
    if (end > this.#bytes.length) this.#grow(end);
    const bytes = this.#bytes;
    bytes.writeUInt32LE(kind | fields.length << 8, at);
    bytes.writeUInt32LE(body.length, at + 4);
    at += RECORD_HEAD_BYTES;
    for (const field of fields) at = bytes.writeUInt32LE(field, at);
    bytes.set(body, at);
    this.#length = end;
    this.#count++;
  }

  /** The frame with all that was written; when it is long, in memory of its own. */
  take(from: number, to: number, number: number): Buffer {
    const bytes = this.#bytes;
    bytes.writeUInt32LE(from, 0);
    bytes.writeUInt32LE(to, 4);
    bytes.writeUInt32LE(number, 8);
    const length = this.#length;
    const frame = length > POOLED_BYTES ? Buffer.allocUnsafeSlow(length) : Buffer.allocUnsafe(length);
    bytes.copy(frame, 0, 0, length);
    this.#length = FRAME_HEAD_BYTES;
    this.#count = 0;
    if (bytes.length > MAX_KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
    return frame;
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Walks over a frame's records. Its getters speak of the record that `next` has come to. */
export class FrameReader {
  readonly from: number;
  readonly to: number;
  readonly number: number;
  readonly #frame: Uint8Array;
  #fieldsAt = 0;
  #bodyAt = 0;
  #end = FRAME_HEAD_BYTES;
  #kind = 0;
  #index = -1;

  /** @throws {ProtocolError} It is too short to be a frame. */
  constructor(frame: Uint8Array) {
    if (frame.byteLength < FRAME_HEAD_BYTES) throw new ProtocolError('Cannot read a frame: it is cut off');
    this.#frame = frame;
    this.from = uint32At(frame, 0);
    this.to = uint32At(frame, 4);
    this.number = uint32At(frame, 8);
  }

  get kind(): number { return this.#kind; }

  /** Its place in the frame, from 0. */
  get index(): number { return this.#index; }

  get fieldCount(): number { return (this.#bodyAt - this.#fieldsAt) / FIELD_BYTES; }

  get body(): Uint8Array { return this.#frame.subarray(this.#bodyAt, this.#end); }

  /** @throws {ProtocolError} The record has no such field. */
  field(index: number): number {
    const at = this.#fieldsAt + index * FIELD_BYTES;
    if (at < this.#bodyAt) return uint32At(this.#frame, at);
    throw new ProtocolError(`Cannot read field ${index} of a record of kind ${this.#kind}: it has ${this.fieldCount}`);
  }

  /** Goes to the next record. @throws {ProtocolError} The frame is cut off. */
  next(): boolean {
    const at = this.#end;
    const { byteLength } = this.#frame;
    if (at === byteLength) return false;
    if (at + RECORD_HEAD_BYTES > byteLength) throw new ProtocolError('Cannot read a record: the frame is cut off');
    const head = uint32At(this.#frame, at);
    this.#index++;
    this.#kind = head & 0xff;
    this.#fieldsAt = at + RECORD_HEAD_BYTES;
    this.#bodyAt = this.#fieldsAt + (head >>> 8) * FIELD_BYTES;
    this.#end = this.#bodyAt + uint32At(this.#frame, at + 4);
    if (this.#end > byteLength) throw new ProtocolError('Cannot read a record: the frame is cut off');
    return true;
  }
}

/** Little-endian; a DataView per frame would cost more than the reading. */
function uint32At(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | (bytes[at + 1] as number) << 8 | (bytes[at + 2] as number) << 16;
  return low + (bytes[at + 3] as number) * 0x1000000;
}
