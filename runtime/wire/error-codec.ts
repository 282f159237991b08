import { ERROR_CLASSES } from '../../core/errors.ts';
import { classOfKey, classOfPrototype } from '../../core/sendable-class.ts';
import { ERROR_FIELDS, nameOfBuiltIn } from '../../core/check-sendable.ts';

/** An error as it travels: the name of a class that every host knows, and the fields that the error has. */
export interface ErrorParts {
  readonly className: string;
  readonly fields: readonly (readonly [key: string, value: unknown])[];
}

/** The classes that are revived as themselves. A DOMException is what an AbortSignal gives as its reason. */
const PROTOTYPES: ReadonlyMap<string, object> = new Map<string, object>([
  ...[Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError].map(
    ({ name, prototype }): [string, object] => [name, prototype]),
  ...Object.entries(ERROR_CLASSES).map(([name, { prototype }]): [string, object] => [name, prototype]),
]);

const CLASS_NAMES: ReadonlyMap<object, string> = new Map(
  [...PROTOTYPES].map(([name, prototype]) => [prototype, name]));

/**
 * Takes an error apart. A class that isn't known everywhere becomes `Error`, with its name as a field.
 * Getters on the texts may throw or give no text (`Error.prepareStackTrace` is the user's): such a field
 * stays behind.
 */
export function errorParts(error: Error): ErrorParts {
  const isException = error instanceof DOMException;
  const className = isException ? 'DOMException' : knownClass(error) ?? registeredKey(error);
  const fields: [string, unknown][] = [];
  for (const key of ['name', 'message', 'stack']) {
    // A DOMException has its name and message out of reach: its maker takes them, so they come first, and
    // always.
    const isAsked = isException && key !== 'stack';
    const text = isAsked || Object.hasOwn(error, key) ? readText(error, key) : undefined;
    if (text !== undefined || isAsked) fields.push([key, text ?? '']);
  }
  if (className === undefined) addInherited(error, fields);
  for (const key of ['cause', 'errors']) {
    if (Object.hasOwn(error, key)) fields.push([key, Reflect.get(error, key)]);
  }
  for (const key of Object.keys(error)) {
    if (!ERROR_FIELDS.has(key)) fields.push([key, Reflect.get(error, key)]);
  }
  return { className: className ?? 'Error', fields };
}

/** What a class unknown elsewhere says about its errors through its prototype. */
function addInherited(error: Error, fields: [string, unknown][]): void {
  if (!Object.hasOwn(error, 'name')) {
    const name = readText(error, 'name');
    const maker: unknown = Reflect.get(error, 'constructor');
    const className = typeof maker === 'function' ? maker.name : '';
    fields.push(['name', name !== undefined && !PROTOTYPES.has(name) ? name : className || name || 'Error']);
  }
  if (!Object.hasOwn(error, 'message')) {
    const message = readText(error, 'message');
    if (message) fields.push(['message', message]);
  }
}

function knownClass(error: Error): string | undefined {
  const prototype: object = Object.getPrototypeOf(error) ?? Object.prototype;
  const name = CLASS_NAMES.get(prototype) ?? nameOfBuiltIn(prototype);
  return PROTOTYPES.has(name) ? name : undefined;
}

/** The key of a class that `sendable()` has registered. */
function registeredKey(error: Error): string | undefined {
  const prototype = Object.getPrototypeOf(error) as object | null;
  return prototype === null ? undefined : classOfPrototype(prototype)?.key;
}

function readText(error: Error, key: string): string | undefined {
  try {
    const text: unknown = Reflect.get(error, key);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

/** An error of the class, without fields; `undefined` when the class isn't known. */
export function bareError(className: string, name?: unknown, message?: unknown): Error | undefined {
  if (className === 'DOMException') {
    const isComplete = typeof name === 'string' && typeof message === 'string';
    return isComplete ? new DOMException(message, name) : undefined;
  }
  const prototype = PROTOTYPES.get(className) ?? registeredPrototype(className);
  if (!prototype) return undefined;
  // Made by Error itself, so that `util.types.isNativeError` and `inspect` know it for one.
  const error = new Error();
  Reflect.deleteProperty(error, 'stack');
  if (prototype === Error.prototype && className !== 'Error') setErrorField(error, 'name', className.slice(className.lastIndexOf('#') + 1));
  return Object.setPrototypeOf(error, prototype) as Error; // setPrototypeOf is typed to give any
}

/** A class that isn't registered here is a plain error, which has its name. */
function registeredPrototype(key: string): object | undefined {
  if (!key.includes('#')) return undefined;
  const found = classOfKey(key);
  return found?.isError === true ? found.prototype : Error.prototype;
}

/** Sets one field; the standard ones aren't enumerable, whatever they were. */
export function setErrorField(error: Error, key: string, value: unknown): void {
  if (error instanceof DOMException && (key === 'name' || key === 'message')) return;
  const enumerable = !ERROR_FIELDS.has(key);
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable });
}
