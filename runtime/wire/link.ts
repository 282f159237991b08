import type { Attached, Attachments } from './parcel.ts';
import type { Encoded } from '../values.ts';
import type { Envelope } from '../../core/envelope.ts';
import type { FrameReader, RecordKind } from './record.ts';
import type { Inbound } from '../slots/inbound.ts';
import type { Shape } from '../../core/shape.ts';
import { FrameWriter, NOTHING, RECORD } from './record.ts';
import { ProtocolError } from '../../core/errors.ts';

/** A turn that produces more sends it in several frames. */
const MAX_FRAME_BYTES = 256 * 1_024;

/** What a link needs of its kernel. */
export interface LinkPort {
  readonly hostId: number;
  packShape(shape: Shape): Uint8Array;
  transmit(peer: number, frame: Buffer, attachments: Attachments | undefined): void;
  /** A frame is about to leave before the turn is over. */
  leavesEarly(): void;
  /** The link has something to send when the turn is over. */
  needsFlush(link: Link): void;
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
  /** Where the ask was made that comes next. */
  askStack: { readonly askId: number; readonly text: string } | undefined;
  readonly #port: LinkPort;
  readonly #announced = new Set<number>();
  readonly #writer = new FrameWriter();
  /** What is attached to the records of this turn. */
  #attachments: [record: number, buffers: readonly Attached[]][] | undefined;
  #framesSent = 0;
  #framesReceived = 0;
  #needsFlush = false;

  constructor(port: LinkPort, peer: number) {
    this.#port = port;
    this.peer = peer;
  }

  /** Puts a record behind those of this turn. */
  send(kind: RecordKind, fields: readonly number[], content?: Encoded): void {
    if (content !== undefined) {
      for (const shape of content.shapes) this.#announce(shape);
      if (content.attached !== undefined) (this.#attachments ??= []).push([this.#writer.count, content.attached]);
    }
    this.#writer.write(kind, fields, content?.body ?? NOTHING);
    // What is acknowledged waits for the end of the turn: main must know before that this host is busy.
    if (this.#writer.length <= MAX_FRAME_BYTES) {
      this.wantFlush();
      return;
    }
    this.#port.leavesEarly();
    if (!this.#writer.isEmpty) this.#transmit();
  }

  /** Where the ask with this number was made, if that was said just before. */
  takeAskStack(askId: number): string | undefined {
    const { askStack } = this;
    this.askStack = undefined;
    return askStack?.askId === askId ? askStack.text : undefined;
  }

  wantFlush(): void {
    if (this.#needsFlush) return;
    this.#needsFlush = true;
    this.#port.needsFlush(this);
  }

  /** Sends what this turn produced, acknowledgements last. */
  flush(): void {
    for (const { slotId, settledUpTo } of this.unacknowledged) {
      this.#writer.write(RECORD.acknowledge, [slotId, settledUpTo], NOTHING);
    }
    this.unacknowledged.clear();
    this.#needsFlush = false;
    if (!this.#writer.isEmpty) this.#transmit();
  }

  /** A frame has come. @throws {ProtocolError} One before it is missing. */
  received(frame: FrameReader): void {
    if (frame.number !== this.#framesReceived) {
      const text = `Cannot read frame ${frame.number} of host ${this.peer}: expected frame ${this.#framesReceived}`;
      throw new ProtocolError(text);
    }
    this.#framesReceived = (this.#framesReceived + 1) >>> 0;
  }

  #transmit(): void {
    const attachments = this.#attachments;
    this.#attachments = undefined;
    this.#port.transmit(this.peer, this.#writer.take(this.#port.hostId, this.peer, this.#framesSent), attachments);
    this.#framesSent = (this.#framesSent + 1) >>> 0;
  }

  #announce(shape: Shape): void {
    if (this.#announced.has(shape.id)) return;
    this.#announced.add(shape.id);
    this.#writer.write(RECORD.shape, [], this.#port.packShape(shape));
  }
}
