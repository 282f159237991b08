import type { Duplex } from 'node:stream';
import { ProtocolError } from '../../core/errors.ts';

const LENGTH_BYTES = 4;
/** A start takes two long values: an input, and what was saved. */
const LONG_VALUES = 2;
/** What a frame may take beyond its longest values: the records before them, an error, what a request adds to an input. */
const SLACK_BYTES = 16 * 2 ** 20;

/** Frames over a byte stream, each behind its length: `[length u32][frame]`. */
export class FrameSocket {
  readonly #stream: Duplex;
  readonly #maxFrameBytes: number;
  readonly #received: (frame: Uint8Array) => void;
  readonly #failed: (error: Error) => void;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #wantedBytes = LENGTH_BYTES;

  /**
   * @param maxBytes The longest message: what is much longer is rubbish.
   * @param failed Told once, of bytes that are no frames; nothing more is read then.
   */
  constructor(stream: Duplex, maxBytes: number, received: (frame: Uint8Array) => void, failed: (error: Error) => void) {
    this.#maxFrameBytes = LONG_VALUES * maxBytes + SLACK_BYTES;
    this.#stream = stream;
    this.#received = received;
    this.#failed = failed;
    stream.on('data', (chunk: Buffer) => this.#read(chunk));
    // The other side's end is told by its exit; an EPIPE before it says nothing new.
    stream.on('error', () => undefined);
  }

  get hasRoom(): boolean { return !this.#stream.writableNeedDrain; }

  send(frame: Buffer): void {
    if (this.#stream.destroyed) return;
    const length = Buffer.allocUnsafe(LENGTH_BYTES);
    length.writeUInt32LE(frame.length, 0);
    this.#stream.cork();
    this.#stream.write(length);
    this.#stream.write(frame);
    this.#stream.uncork();
  }

  #read(chunk: Buffer): void {
    this.#rest.push(chunk);
    this.#restBytes += chunk.length;
    if (this.#restBytes < this.#wantedBytes) return;
    let bytes = this.#rest.length === 1 ? chunk : Buffer.concat(this.#rest);
    this.#wantedBytes = LENGTH_BYTES;
    while (bytes.length >= LENGTH_BYTES) {
      const length = bytes.readUInt32LE(0);
      if (length > this.#maxFrameBytes) {
        this.#stream.removeAllListeners('data');
        this.#failed(new ProtocolError(`Cannot read a frame of ${length} bytes`));
        return;
      }
      const end = LENGTH_BYTES + length;
      if (bytes.length < end) {
        this.#wantedBytes = end;
        break;
      }
      // A copy: what is decoded from it may outlive the chunk, and shall not keep it.
      this.#received(new Uint8Array(bytes.subarray(LENGTH_BYTES, end)));
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes.length === 0 ? [] : [bytes];
    this.#restBytes = bytes.length;
  }
}
