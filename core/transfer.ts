import { invalidOption } from './errors.ts';

/** An argument, a reply or an item of a stream whose buffers leave with it. */
export class Transfer {
  readonly value: unknown;
  readonly buffers: readonly ArrayBuffer[];

  constructor(value: unknown, buffers: readonly ArrayBuffer[]) {
    this.value = value;
    this.buffers = buffers;
  }
}

/**
 * Has `buffers` move with `value` instead of being copied: they are detached here as soon as the message is sent, wherever
 * it goes. Between threads their bytes aren't copied and don't count towards the longest frame; a process gets a copy.
 *
 * It wraps a whole argument, reply or item: `ref.tell.draw(transfer(pixels, [pixels.buffer]))`. It can't wrap an
 * `input`, which every restart needs anew. A message that is refused here detaches nothing. What is sent and never delivered
 * is lost. A resizable buffer arrives with a fixed length.
 *
 * @param buffers ArrayBuffers that are in `value`, or under views in it; each once.
 * @throws {TypeError} `buffers` is no such list: `TROUPE_INVALID_OPTION`.
 */
export function transfer<T>(value: T, buffers: readonly ArrayBuffer[]): T {
  if (!Array.isArray(buffers)) throw invalidOption('the buffers of transfer()', buffers, 'a list of ArrayBuffers');
  for (const buffer of buffers as readonly unknown[]) {
    if (!(buffer instanceof ArrayBuffer)) throw invalidOption('the buffers of transfer()', buffer, 'ArrayBuffers alone');
    if (isDetached(buffer)) throw invalidOption('the buffers of transfer()', buffer, 'ArrayBuffers that are not detached');
  }
  if (new Set(buffers).size < buffers.length) throw invalidOption('the buffers of transfer()', buffers, 'each ArrayBuffer once');
  // For the compiler it is the value: whoever takes a T takes a T whose buffers move.
  return new Transfer(value, [...buffers]) as T;
}

/**
 * What {@link transfer} has wrapped, for whoever passes it on as a part of something else: `transfer(all, buffers)` moves it then. Undefined
 * for any other value.
 *
 * @example
 * const pixels = new Uint8Array(4);
 * const wrapped = transferOf(transfer(pixels, [pixels.buffer]));
 * wrapped?.value === pixels; // true
 */
export function transferOf<T>(value: T): { readonly value: T; readonly buffers: readonly ArrayBuffer[] } | undefined {
  return value instanceof Transfer ? value as unknown as { value: T; buffers: readonly ArrayBuffer[] } : undefined;
}

/** Whether the bytes of `buffer` are gone. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  // `buffer.detached` is younger than Node 20; a view on a detached buffer can't be made.
  if (buffer.byteLength > 0) return false;
  try {
    return new Uint8Array(buffer).length > 0;
  } catch {
    return true;
  }
}
