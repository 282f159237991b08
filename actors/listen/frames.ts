import type { Socket } from 'node:net';
import { ProtocolError } from '../../core/errors.ts';

const LENGTH_BYTES = 4;
const NEWS = ['readable', 'end', 'close'] as const;

/** The next `count` bytes, as soon as they are there; undefined when the connection ends before. What follows stays where it is. */
export async function readBytes(socket: Socket, count: number): Promise<Buffer | undefined> {
  let bytes = socket.read(count) as Buffer | null;
  // One listener for all of them: a new one is told at once of those that are there, and are too few.
  bytes ??= await new Promise<Buffer | null>((resolve) => {
    const look = (): void => {
      const found = socket.read(count) as Buffer | null;
      if (found === null && !socket.readableEnded && !socket.destroyed) return;
      for (const event of NEWS) socket.off(event, look);
      resolve(found);
    };
    for (const event of NEWS) socket.on(event, look);
    look();
  });
  return bytes?.length === count ? bytes : undefined;
}

/**
 * What the other program has sent, each frame behind its length: `[length u32][frame]`. Nothing is read before it is asked for, but for what
 * the socket keeps. A frame that is cut off is none.
 *
 * @throws {ProtocolError} Bytes that are no frame.
 */
export async function* readFrames(socket: Socket, maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const length = (await readBytes(socket, LENGTH_BYTES))?.readUInt32LE();
    if (length === undefined) return;
    if (length === 0 || length > maxBytes) throw new ProtocolError(`Cannot read a frame of ${length} bytes: at most ${maxBytes} were agreed on`);
    const frame = await readBytes(socket, length);
    if (frame === undefined) return;
    // A copy, which doesn't keep all that came with it.
    yield new Uint8Array(frame);
  }
}

/** Resolves when there is room for the next one, or nobody to read it. */
export async function writeFrame(socket: Socket, frame: Uint8Array): Promise<void> {
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES + frame.length);
  bytes.writeUInt32LE(frame.length);
  bytes.set(frame, LENGTH_BYTES);
  if (!socket.write(bytes) && !socket.destroyed) await oneOf(socket, ['drain', 'close']);
}

/** All that was written is on its way, or nobody is there to read it. */
export function endWriting(socket: Socket): Promise<void> {
  return new Promise((resolve) => { socket.end(resolve); });
}

/** Whatever comes now, nobody wants to know; until the connection ends. */
export async function discard(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.destroyed) await oneOf(socket, ['close']);
}

function oneOf(socket: Socket, events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const happened = (): void => {
      for (const event of events) socket.off(event, happened);
      resolve();
    };
    for (const event of events) socket.on(event, happened);
  });
}
