import { show } from '../../core/errors.ts';
import { searchUnsendable, ERROR_FIELDS, kindOf } from '../../core/check-sendable.ts';
import { isMovable } from '../../core/sendable.ts';

/** Texts of an error are cut beyond this many characters. */
const MAX_TEXT = 64 * 1024;
/**
 * How deep causes and fields are followed, and how many objects are copied, before a short text stands for
 * them.
 */
const MAX_DEPTH = 8;
const MAX_OBJECTS = 1000;

/**
 * Whatever was thrown as an error that the codec can encode. An error that is sendable comes back
 * unchanged; else a copy of the same class without what can't be sent: functions and fields whose getter
 * throws are left out, a short text stands for the rest. A value that is no error becomes the `cause` of
 * one that shows it. Never throws.
 */
export function toSendableError(thrown: unknown): Error {
  try {
    if (isError(thrown)) return isFine(thrown) ? thrown : new Cleaner().error(thrown, MAX_DEPTH);
    const error = new Error(`Thrown: ${describe(thrown)}`);
    const cause = new Cleaner().value(thrown, MAX_DEPTH);
    if (cause !== undefined || thrown === undefined) setHidden(error, 'cause', cause);
    return error;
  } catch {
    return new Error('Thrown: a value that throws when it is looked at');
  }
}

/** Copies what can be sent of an error and of what hangs on it. Cycles stay cycles. */
class Cleaner {
  readonly #copies = new Map<object, unknown>();

  error(error: Error, depth: number): Error {
    // setPrototypeOf is typed to give any.
    const copy = Object.setPrototypeOf(new Error(), Object.getPrototypeOf(error)) as Error;
    Reflect.deleteProperty(copy, 'stack');
    this.#copies.set(error, copy);
    for (const key of ['name', 'message', 'stack']) {
      const text = read(error, key);
      // A DOMException has its texts on the prototype, out of a copy's reach.
      if (typeof text !== 'string') continue;
      if (Object.hasOwn(error, key) || read(copy, key) !== text) setHidden(copy, key, cut(text));
    }
    for (const key of ['cause', 'errors']) {
      if (!Object.hasOwn(error, key)) continue;
      const value = this.value(read(error, key), depth - 1);
      setHidden(copy, key, value);
    }
    for (const key of Object.keys(error)) {
      if (ERROR_FIELDS.has(key)) continue;
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
    if (typeof value === 'string') return cut(value);
    if (typeof value === 'function' || value === FAILED) return undefined;
    if (typeof value === 'symbol') return `[${describe(value)}]`;
    if (typeof value !== 'object' || value === null) return value;
    if (this.#copies.has(value)) return this.#copies.get(value);
    if (isMovable(value)) return value;
    if (depth <= 0 || this.#copies.size >= MAX_OBJECTS) return `[${describe(value)}]`;
    if (isError(value)) return this.error(value, depth);
    switch (kindOf(value)) {
      case 'array': return this.#array(value as readonly unknown[], depth);
      case 'object': case 'bare object': return this.#object(value, depth);
      default: return isSendable(value) ? value : `[${describe(value)}]`;
    }
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
    for (const key of Object.keys(value)) {
      const item = read(value, key);
      if (item === FAILED || typeof item === 'function') continue;
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

function isFine(error: Error): boolean {
  return isSendable(error) && [read(error, 'message'), read(error, 'stack')].every(
    (text) => typeof text !== 'string' || text.length <= MAX_TEXT);
}

function isSendable(value: unknown): boolean {
  try {
    searchUnsendable(value, 'it');
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

function cut(text: string): string {
  const rest = text.length - MAX_TEXT;
  return rest <= 0 ? text : `${text.slice(0, MAX_TEXT)} [${rest} more characters]`;
}

function setHidden(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true });
}
