import type { Address } from './address.ts';
import type { ByteSize } from '../../core/byte-size.ts';
import type { KeyObject } from 'node:crypto';
import type { Unsendable } from '../../core/sendable.ts';
import type { Spawn } from '../../core/spawn-options.ts';
import type { Wait } from '../../core/within.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import { checkAddress } from './address.ts';
import { checkFields, checkLimit } from '../../core/options.ts';
import { checkWait } from '../../core/within.ts';
import { createSecretKey } from 'node:crypto';
import { invalidOption } from '../../core/errors.ts';
import { spawn } from '../../runtime/actor-system.ts';
import { toBytes } from '../../core/byte-size.ts';

/** What {@link listen} and {@link connect} are told beside the address. */
export interface ChannelOptions extends WaitOptions {
  /** What both programs know, and nobody else: at least 16 bytes, of a source of chance. */
  key: string | Uint8Array;
  /** How many values of each direction may be unread in this program before `send` waits: a whole number >= 1, or `Infinity`. Default 1,024. */
  capacity?: number;
  /** How long a value may be as bytes, up to `'1GB'`; what the other program says counts as well. Default `'64MB'`. */
  maxFrame?: ByteSize;
  /** Where its actors are made. Default: the default system; in a handler, its actor. */
  system?: { readonly spawn: Spawn };
}

type Fault<T> = Unsendable<T, 'value of a pipe'>;

/** `Handle` if values of `T` may be sent, else the sentence that says why not. */
export type Carrying<T, Handle> = [Fault<T>] extends [never] ? Handle : Record<Fault<T>, never>;

/** {@link ChannelOptions} and the address, checked. */
export interface Terms {
  readonly address: Address;
  readonly key: KeyObject;
  readonly capacity: number;
  readonly maxBytes: number;
  readonly spawn: Spawn;
  readonly wait: Wait;
}

const FIELDS: ReadonlySet<string> = new Set(['path', 'port', 'host', 'key', 'capacity', 'maxFrame', 'system', 'timeout', 'signal']);
const MIN_KEY_BYTES = 16;
const MAX_FRAME_BYTES = 2 ** 30;

/** @throws {TypeError | RangeError} An option isn't what it should be. */
export function checkTerms(options: Address & ChannelOptions, what: string, defaultMs: number): Terms {
  checkFields(options, what, FIELDS);
  const { key, capacity = 1_024, maxFrame = '64MB', system, timeout, signal } = options;
  const maxBytes = toBytes(maxFrame, 'maxFrame');
  if (maxBytes > MAX_FRAME_BYTES) throw invalidOption('maxFrame', maxFrame, 'at most "1GB"');
  return {
    address: checkAddress(options), key: checkKey(key), capacity: checkLimit(capacity, 'capacity'), maxBytes, spawn: system?.spawn ?? spawn,
    wait: checkWait({ timeout, signal }, what, defaultMs),
  };
}

function checkKey(key: unknown): KeyObject {
  if (typeof key !== 'string' && !(key instanceof Uint8Array)) throw invalidOption('key', key, 'a text or bytes');
  const bytes = Buffer.from(key);
  // It is not for the text of an error.
  if (bytes.length < MIN_KEY_BYTES) throw invalidOption('key', `${bytes.length} bytes`, `at least ${MIN_KEY_BYTES} bytes`);
  return createSecretKey(bytes);
}
