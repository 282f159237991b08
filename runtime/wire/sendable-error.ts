import { show } from '../../core/errors.ts';
import { searchUnsendable, ERROR_FIELDS, kindOf } from '../../core/check-sendable.ts';
import { isMovable } from '../../core/sendable.ts';
import { roughSize } from './rough-size.ts';
import { setErrorField } from './error-codec.ts';

/** Texts of an error are cut beyond this many characters. */
const MAX_TEXT = 64 * 1024;
/** What an error may take in all, in bytes or characters: the rest of it is left out. */
const MAX_SIZE = 1024 * 1024;
/**
 * How deep causes and fields are followed, and how many objects are copied, before a short text stands for
 * them.
 */
const MAX_DEPTH = 8;
const MAX_OBJECTS = 1000;

/** Whether a movable can go wherever an error may go. */
export type CanMove = (movable: object) => boolean;

/**
 * Whatever was thrown as an error that the codec can encode. An error that is sendable comes back
 * unchanged; else a copy of the same class without what can't be sent: functions and fields whose getter
 * throws are left out, a short text stands for the rest. A value that is no error becomes the `cause` of
 * one that shows it. Never throws.
 */
export function toSendableError(thrown: unknown, canMove: CanMove = () => true): Error {
  try {
    if (isError(thrown)) return isFine(thrown, canMove) ? thrown : new Cleaner(canMove).error(thrown, MAX_DEPTH);
    const error = new Error(`Thrown: ${describe(thrown)}`);
    const cause = new Cleaner(canMove).value(thrown, MAX_DEPTH);
    if (cause !== undefined || thrown === undefined) setHidden(error, 'cause', cause);
    return error;
  } catch {
    return new Error('Thrown: a value that throws when it is looked at');
  }
}

/** The texts of an error and of its causes and nothing else, for one that changes whenever it is looked at. Never throws. */
export function toPlainError(thrown: unknown, depth = MAX_DEPTH): Error {
  const error = new Error('Thrown: a value that throws when it is looked at');
  try {
    if (typeof thrown !== 'object' || thrown === null) return error;
    for (const key of ['name', 'message', 'stack', 'code', 'executed']) {
      const text = read(thrown, key);
      if (typeof text === 'string') setErrorField(error, key, cutText(text));
    }
    const cause = read(thrown, 'cause');
    if (isError(cause) && depth > 0) setErrorField(error, 'cause', toPlainError(cause, depth - 1));
  } catch {
    // What could be read is there.
  }
  return error;
}

/**
 * The fields of a log entry as they can be sent, by the same rules: a plain object. An error stands in its field `err`, what else is
 * none in its field `value`. Never throws.
 */
export function toSendableFields(fields: unknown, canMove: CanMove): object {
  if (roughSize(fields, MAX_SIZE) <= MAX_SIZE && isSendable(fields, canMove) && isRecord(fields)) return fields;
  const cleaned = new Cleaner(canMove).value(fields, MAX_DEPTH);
  if (isRecord(cleaned)) return cleaned;
  return isError(cleaned) ? { err: cleaned } : { value: cleaned };
}

/** The text of a log entry, whatever stands for it. Never throws. */
export function toSendableText(message: unknown): string {
  return cutText(typeof message === 'string' ? message : message === undefined ? '' : describe(message));
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && (kindOf(value) === 'object' || kindOf(value) === 'bare object');
}

/** Copies what can be sent of an error and of what hangs on it. Cycles stay cycles. */
class Cleaner {
  readonly #canMove: CanMove;
  readonly #copies = new Map<object, unknown>();
  #left = MAX_SIZE;

  constructor(canMove: CanMove) {
    this.#canMove = canMove;
  }

  error(error: Error, depth: number): Error {
    // setPrototypeOf is typed to give any.
    const copy = Object.setPrototypeOf(new Error(), Object.getPrototypeOf(error)) as Error;
    Reflect.deleteProperty(copy, 'stack');
    this.#copies.set(error, copy);
    for (const key of ['name', 'message', 'stack']) {
      const text = read(error, key);
      // A DOMException has its texts on the prototype, out of a copy's reach.
      if (typeof text !== 'string') continue;
      if (Object.hasOwn(error, key) || read(copy, key) !== text) setHidden(copy, key, this.#cut(text));
    }
    for (const key of ['cause', 'errors']) {
      if (!Object.hasOwn(error, key)) continue;
      const value = this.value(read(error, key), depth - 1);
      setHidden(copy, key, value);
    }
    for (const key of Object.keys(error).slice(0, MAX_OBJECTS)) {
      if (ERROR_FIELDS.has(key) || !this.#take(key.length)) continue;
      const field = read(error, key);
      if (field === FAILED || typeof field === 'function') continue;
      Object.defineProperty(copy, key, {
        value: this.value(field, depth - 1), enumerable: true, writable: true, configurable: true,
      });
    }
    return copy;
  }

  /** The value, a copy that can be sent, or a short text for it; `undefined` for a function. */
  value(value: unknown, depth: number): unknown {
    try {
      return this.#clean(value, depth);
    } catch {
      return `[${describe(value)}]`;
    }
  }

  #clean(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.#cut(value);
    if (typeof value === 'bigint') return this.#take(roughSize(value, MAX_SIZE)) ? value : '[a bigint]';
    if (typeof value === 'function' || value === FAILED) return undefined;
    if (typeof value === 'symbol') return `[${describe(value)}]`;
    if (typeof value !== 'object' || value === null) return value;
    if (this.#copies.has(value)) return this.#copies.get(value);
    if (isMovable(value)) return this.#canMove(value) ? value : `[${describe(value)}]`;
    if (depth <= 0 || this.#copies.size >= MAX_OBJECTS) return `[${describe(value)}]`;
    if (isError(value)) return this.error(value, depth);
    switch (kindOf(value)) {
      case 'array': return this.#array(value as readonly unknown[], depth);
      case 'object': case 'bare object': return this.#object(value, depth);
      default: return this.#take(roughSize(value, MAX_SIZE)) && isSendable(value, this.#canMove) ? value : `[${describe(value)}]`;
    }
  }

  #cut(text: string): string {
    const short = cutText(text);
    return this.#take(short.length) ? short : `[${text.length} characters]`;
  }

  #take(size: number): boolean {
    if (size > this.#left) return false;
    this.#left -= size;
    return true;
  }

  #array(value: readonly unknown[], depth: number): unknown[] {
    const copy: unknown[] = [];
    this.#copies.set(value, copy);
    const length = Math.min(value.length, MAX_OBJECTS);
    for (let i = 0; i < length; i++) copy.push(this.value(read(value, i), depth - 1));
    if (value.length > MAX_OBJECTS) copy.push(`[${value.length - MAX_OBJECTS} more items]`);
    return copy;
  }

  #object(value: object, depth: number): object {
    const copy: object = Object.create(Object.getPrototypeOf(value) === null ? null : Object.prototype);
    this.#copies.set(value, copy);
    for (const key of Object.keys(value).slice(0, MAX_OBJECTS)) {
      const item = read(value, key);
      if (item === FAILED || typeof item === 'function' || !this.#take(key.length)) continue;
      Object.defineProperty(copy, key, {
        value: this.value(item, depth - 1), enumerable: true, writable: true, configurable: true,
      });
    }
    return copy;
  }
}

const FAILED = Symbol('failed');

function read(value: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return FAILED;
  }
}

function isFine(error: Error, canMove: CanMove): boolean {
  return roughSize(error, MAX_SIZE) <= MAX_SIZE && isSendable(error, canMove) && ['message', 'stack'].every((key) => {
    const text = read(error, key);
    return typeof text !== 'string' || text.length <= MAX_TEXT;
  });
}

function isSendable(value: unknown, canMove: CanMove): boolean {
  try {
    // Shared memory isn't for errors: one may go anywhere.
    searchUnsendable(value, 'it', (object) => isMovable(object) && canMove(object) ? undefined : 'what stays here');
    return true;
  } catch {
    return false;
  }
}

function isError(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && !isMovable(value) && kindOf(value) === 'error';
}

function describe(value: unknown): string {
  try {
    return show(value);
  } catch {
    return 'an object that throws when it is looked at';
  }
}

/** A text that isn't longer than it may be in an error. */
export function cutText(text: string): string {
  const rest = text.length - MAX_TEXT;
  return rest <= 0 ? text : `${text.slice(0, MAX_TEXT)} [${rest} more characters]`;
}

function setHidden(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true });
}
