import type { KeyObject } from 'node:crypto';
import type { Socket } from 'node:net';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AddressError, AuthenticationError, ProtocolError } from '../../core/errors.ts';
import { readBytes } from './frames.ts';

/** What one side of a connection goes by. */
export interface Side {
  readonly isListener: boolean;
  /** Where both meet, for error texts. */
  readonly address: string;
  readonly key: KeyObject;
  /** The longest value that it takes. */
  readonly maxBytes: number;
  /** An identifier that nobody else has; two calls give what nobody can guess. */
  readonly id: () => string;
}

const MAGIC = Buffer.from('troupe\r\n');
const VERSION = 1;
const VERSION_AT = MAGIC.length;
const MAX_BYTES_AT = VERSION_AT + 4;
const NONCE_AT = MAX_BYTES_AT + 4;
const HELLO_BYTES = NONCE_AT + 32;
const PROOF_BYTES = 32;
/** What a listener says instead of a proof to who hasn't proven anything. */
const REFUSAL = Buffer.alloc(PROOF_BYTES);

/**
 * Both sides prove to each other that they know the key, before anything else that comes is looked at:
 *
 *     both       hello   [magic][version u32][longest value u32][nonce, 32 bytes]
 *     caller     proof   HMAC-SHA256 with the key, of 'caller' and both hellos
 *     listener   proof   HMAC-SHA256 with the key, of 'listener' and both hellos
 *
 * Each proof is good for this connection and this direction alone, as the nonces are new each time; a listener gives none before it has got
 * one. All lengths are fixed.
 *
 * @returns How long a value may be: the lesser of what both sides take.
 * @throws {AuthenticationError} The other side has another key.
 * @throws {ProtocolError} It speaks another language, or another version of this one.
 * @throws {AddressError} `TROUPE_UNREACHABLE`: it has ended the connection.
 */
export async function shakeHands(socket: Socket, side: Side): Promise<number> {
  const { isListener, key, address } = side;
  const ours = helloOf(side);
  socket.write(ours);
  const theirs = await read(socket, HELLO_BYTES, side);
  checkHello(theirs, side);

  const hellos = isListener ? [theirs, ours] : [ours, theirs];
  const proofOf = (who: 'caller' | 'listener'): Buffer => createHmac('sha256', key).update(who).update(Buffer.concat(hellos)).digest();
  if (!isListener) socket.write(proofOf('caller'));
  const proof = await read(socket, PROOF_BYTES, side);
  if (!timingSafeEqual(proof, proofOf(isListener ? 'caller' : 'listener'))) {
    if (isListener) socket.write(REFUSAL);
    throw new AuthenticationError(address, actionOf(side));
  }
  if (isListener) socket.write(proofOf('listener'));
  return Math.min(side.maxBytes, theirs.readUInt32LE(MAX_BYTES_AT));
}

function helloOf({ maxBytes, id }: Side): Buffer {
  const hello = Buffer.alloc(HELLO_BYTES);
  MAGIC.copy(hello);
  hello.writeUInt32LE(VERSION, VERSION_AT);
  hello.writeUInt32LE(maxBytes, MAX_BYTES_AT);
  createHash('sha256').update(id()).update(id()).digest().copy(hello, NONCE_AT);
  return hello;
}

function checkHello(hello: Buffer, side: Side): void {
  if (!hello.subarray(0, VERSION_AT).equals(MAGIC)) throw new ProtocolError(`Cannot ${actionOf(side)} "${side.address}": the other side is no such program`);
  const version = hello.readUInt32LE(VERSION_AT);
  if (version === VERSION) return;
  throw new ProtocolError(`Cannot ${actionOf(side)} "${side.address}": the other side speaks version ${version}, this one version ${VERSION}`);
}

async function read(socket: Socket, count: number, side: Side): Promise<Buffer> {
  const bytes = await readBytes(socket, count);
  if (bytes !== undefined) return bytes;
  const text = 'the other side has ended the connection before both knew each other';
  throw new AddressError('TROUPE_UNREACHABLE', side.address, actionOf(side), text);
}

function actionOf({ isListener }: Side): string {
  return isListener ? 'accept a connection at' : 'connect to';
}
