import type { MovableCodec } from './wire/codec.ts';
import { COPIED, NOT_SHARED, isShared } from './wire/parcel.ts';
import { Codec } from './wire/codec.ts';
import { FrameTooLargeError, NotSendableError, ProtocolError } from '../core/errors.ts';
import { checkSendable } from '../core/check-sendable.ts';

/**
 * A value as bytes that mean the same to every program with this version of the library: for who sends values by ways of his own, or keeps
 * them. What may be in a message to a process may be in it, but for refs and whatever else belongs to this program.
 *
 * @param what Names the value in errors.
 * @param maxBytes How long it may be. Default no limit.
 * @throws {NotSendableError} Something in `value` isn't plain data; `path` names the place.
 * @throws {FrameTooLargeError} It takes more than `maxBytes`.
 * @example
 * const bytes = encodeValue(new Map([['a', 1n]]));
 * const copy = decodeValue(bytes); // Map(1) { 'a' => 1n }
 */
export function encodeValue(value: unknown, what = 'a value', maxBytes = Infinity): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = CODEC.encode(value, what, COPIED, maxBytes);
  } catch (error) {
    // The text names the place.
    if (error instanceof NotSendableError) checkSendable(value, what, (object) => isShared(object) ? NOT_SHARED : STAYS);
    throw error;
  }
  if (bytes.length > maxBytes) throw new FrameTooLargeError(what, bytes.length, maxBytes);
  return bytes;
}

/**
 * What {@link encodeValue} was given. Any bytes may be tried: no module is loaded and no code of theirs runs. Instances of classes are of
 * those that `sendable()` has registered here; the `fromData` of these runs.
 *
 * @throws {ProtocolError} `encodeValue` can't have made these bytes, or an instance of a class is in it that isn't registered here.
 */
export function decodeValue(bytes: Uint8Array): unknown {
  return CODEC.decode(bytes);
}

const STAYS = 'a ref, which means nothing to another program';

const NOTHING_MOVES: MovableCodec = {
  encode(_movable, { what }) { throw new NotSendableError(what, STAYS); },
  decode() { throw new ProtocolError('Cannot decode a value: it holds a ref'); },
};

const CODEC = new Codec(NOTHING_MOVES);
