import type { MessagePort } from 'node:worker_threads';
import { receiveMessageOnPort } from 'node:worker_threads';
import type { Attachments } from './parcel.ts';
import { isShared } from './parcel.ts';
import { ProtocolError } from '../../core/errors.ts';

/** Up to this length a frame travels as a text with one character per byte: that costs a port less than bytes. */
const MAX_TEXT_BYTES = 512;

/** Frames over a port between two threads. */
export class FramePort {
  readonly #port: MessagePort;
  readonly #take: (message: unknown) => void;
  readonly #unreadable: (cause: unknown) => void;

  /** @param failed Told of a message that this thread can't read. */
  constructor(
    port: MessagePort, received: (frame: Uint8Array, attachments?: Attachments) => void, failed: (error: Error) => void,
  ) {
    this.#port = port;
    this.#unreadable = (cause) => failed(new ProtocolError('Cannot read a frame of another thread', { cause }));
    this.#take = (message) => {
      if (typeof message === 'string') received(Buffer.from(message, 'latin1'));
      else if (message instanceof Uint8Array) received(message);
      else if (Array.isArray(message) && message[0] instanceof Uint8Array) received(...message as [Uint8Array, Attachments]);
      else failed(new ProtocolError('Cannot read a frame of another thread: it is no bytes'));
    };
    port.on('messageerror', this.#unreadable);
    port.on('message', this.#take);
  }

  /** Takes what has come and was not read yet, then closes the port: its other side has ended. */
  end(): void {
    try {
      for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) this.#take(next.message);
    } catch (cause) {
      this.#unreadable(cause);
    }
    this.#port.close();
  }

  /** @param frame In memory of its own when it is long: a port copies all of the memory behind it. */
  send(frame: Buffer, attachments: Attachments | undefined): void {
    if (attachments !== undefined && attachments.length > 0) {
      const moved = attachments.flatMap(([, buffers]) => buffers.filter((buffer) => !isShared(buffer)));
      this.#port.postMessage([frame, attachments], moved);
      return;
    }
    this.#port.postMessage(frame.length > MAX_TEXT_BYTES ? frame : frame.toString('latin1'));
  }
}
