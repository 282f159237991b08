import type { Envelope } from '../../core/envelope.ts';
import { ProtocolError } from '../../core/errors.ts';
import type { Shape } from '../../core/shape.ts';
import type { Inbound } from '../slots/inbound.ts';

/**
 * What travels on a link. The head of each record is an array of its fields, the body a value of the user's.
 *
 *     frame:   [from u32][to u32][number u32] record*
 *     record:  [head length u32][body length u32][head][body]
 *
 * Main forwards a frame between two other hosts by its first eight bytes, undecoded.
 */
export const RECORD = {
  /** slot, incarnation, seq, handler; body: arguments */
  tell: 0,
  /** slot, incarnation, seq, handler, ask, remaining ms (-1: no limit), chain; body: arguments */
  ask: 1,
  stream: 2,
  /** slot, incarnation, seq */
  stop: 3,
  /** ask; body: the reply */
  reply: 4,
  /** ask; body: the error */
  failure: 5,
  /** ask; body: the item */
  item: 6,
  /** ask, items */
  credit: 7,
  /** ask */
  cancel: 8,
  /** slot, seq: all up to it are settled */
  acknowledge: 9,
  /** slot, seq, fate, why */
  fate: 10,
  /** title, handlers, high-water mark: before the first ref of this shape */
  shape: 11,
  /** body: a request or an order */
  control: 12,
  /** slot: the sender's numbers for it begin anew */
  forget: 13,
} as const;

export type RecordKind = (typeof RECORD)[keyof typeof RECORD];
export type Head = readonly [RecordKind, ...(string | number | readonly (number | string)[])[]];

const FRAME_HEAD_BYTES = 12;
const RECORD_HEAD_BYTES = 8;
const NOTHING = new Uint8Array(0);

/** What a link needs of its kernel. */
export interface LinkPort {
  readonly hostId: number;
  packHead(head: Head): Uint8Array;
  unpackHead(bytes: Uint8Array): unknown;
  transmit(peer: number, frame: Uint8Array): void;
  /** The link has something to send when the turn is over. */
  needsFlush(link: Link): void;
}

/** One record as it arrives. */
export interface IncomingRecord {
  readonly kind: number;
  readonly head: readonly unknown[];
  readonly body: Uint8Array;
}

/**
 * This host's way to and from one other host: records in order, in one frame per turn. It lives as long as the
 * other host's incarnation does.
 */
export class Link {
  readonly peer: number;
  /** Asks of the other side that aren't answered yet, by its number for them. */
  readonly asked = new Map<number, Envelope>();
  readonly inbounds = new Map<number, Inbound>();
  /** Those whose acknowledgement is due at the end of this turn. */
  readonly unacknowledged = new Set<Inbound>();
  readonly #port: LinkPort;
  readonly #announced = new Set<number>();
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #framesSent = 0;
  #framesReceived = 0;
  #needsFlush = false;

  constructor(port: LinkPort, peer: number) {
    this.#port = port;
    this.peer = peer;
  }

  /** Puts a record behind those of this turn. `shapes` are those of the refs in its body. */
  send(head: Head, body: Uint8Array = NOTHING, shapes: readonly Shape[] = []): void {
    for (const shape of shapes) this.#announce(shape);
    const packed = this.#port.packHead(head);
    const lengths = Buffer.allocUnsafe(RECORD_HEAD_BYTES);
    lengths.writeUInt32LE(packed.length, 0);
    lengths.writeUInt32LE(body.length, 4);
    this.#parts.push(lengths, packed, body);
    this.#bytes += RECORD_HEAD_BYTES + packed.length + body.length;
    this.wantFlush();
  }

  wantFlush(): void {
    if (this.#needsFlush) return;
    this.#needsFlush = true;
    this.#port.needsFlush(this);
  }

  /** Sends what this turn produced, acknowledgements last. */
  flush(): void {
    for (const inbound of this.unacknowledged) this.send([RECORD.acknowledge, inbound.slotId, inbound.settledUpTo]);
    this.unacknowledged.clear();
    this.#needsFlush = false;
    if (this.#bytes === 0) return;
    const frame = Buffer.allocUnsafeSlow(FRAME_HEAD_BYTES + this.#bytes);
    frame.writeUInt32LE(this.#port.hostId, 0);
    frame.writeUInt32LE(this.peer, 4);
    frame.writeUInt32LE(this.#framesSent++ >>> 0, 8);
    let at = FRAME_HEAD_BYTES;
    for (const part of this.#parts) {
      frame.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#bytes = 0;
    this.#port.transmit(this.peer, frame);
  }

  /** @throws {ProtocolError} A frame is missing, or isn't one. */
  *read(frame: Uint8Array): Generator<IncomingRecord, void, undefined> {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    const number = view.getUint32(8, true);
    if (number !== this.#framesReceived >>> 0) {
      throw new ProtocolError(`Cannot read frame ${number} of host ${this.peer}: expected frame ${this.#framesReceived}`);
    }
    this.#framesReceived++;
    for (let at = FRAME_HEAD_BYTES; at < frame.byteLength;) {
      const left = frame.byteLength - at - RECORD_HEAD_BYTES;
      const headLength = left < 0 ? 0 : view.getUint32(at, true);
      const bodyLength = left < 0 ? 0 : view.getUint32(at + 4, true);
      if (left < 0 || headLength + bodyLength > left) {
        throw new ProtocolError(`Cannot read a record of host ${this.peer}: the frame is cut off`);
      }
      at += RECORD_HEAD_BYTES;
      const head = this.#port.unpackHead(frame.subarray(at, at + headLength));
      const body = frame.subarray(at + headLength, at + headLength + bodyLength);
      at += headLength + bodyLength;
      if (!Array.isArray(head) || typeof head[0] !== 'number') {
        throw new ProtocolError(`Cannot read a record of host ${this.peer}: it has no head`);
      }
      yield { kind: head[0], head, body };
    }
  }

  /** Who a frame is from and for. @throws {ProtocolError} It is too short to say. */
  static addressesOf(frame: Uint8Array): { from: number; to: number } {
    if (frame.byteLength < FRAME_HEAD_BYTES) throw new ProtocolError('Cannot read a frame: it is cut off');
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    return { from: view.getUint32(0, true), to: view.getUint32(4, true) };
  }

  #announce(shape: Shape): void {
    if (this.#announced.has(shape.id)) return;
    this.#announced.add(shape.id);
    this.send([RECORD.shape, shape.title, shape.handlers, shape.highWater]);
  }
}
