import type { SendableClass } from './sendable-class.ts';
import { HostSet } from './host-set.ts';
import { Invocation } from './invocation.ts';
import { NotSendableError } from './errors.ts';
import { classOfPrototype } from './sendable-class.ts';
import { isMovable } from './sendable.ts';
import { Transfer, isDetached } from './transfer.ts';

/**
 * Is shown each movable and each SharedArrayBuffer, perhaps more than once. Says what is wrong with it, undefined when it
 * may go.
 */
type Visit = ((object: object) => string | undefined) | undefined;

/** What an object is to those who walk over messages. `other` can't be sent. */
export type Kind =
  | 'object' | 'bare object' | 'array' | 'map' | 'set' | 'error' | 'date' | 'regexp' | 'buffer' | 'view'
  | 'shared' | 'movable' | 'instance' | 'other';

/**
 * Throws {@link NotSendableError} for the first thing in `value` that isn't plain data, or that `visit` refuses. Without
 * `visit` movables may go, and shared memory may not.
 *
 * Runs on every message that stays in its thread, so two things are let pass for speed, on purpose: symbol
 * keys of plain objects, and properties of an array beside its items. The codec looks at both.
 *
 * @param what Names the value in the error, e.g. `argument 1 of resize`.
 */
export function checkSendable(value: unknown, what: string, visit?: Visit): void {
  if (isPrimitive(value)) return;
  let left = UNSURE;
  try {
    left = glance(value, MAX_DEPTH, MAX_OBJECTS, visit, undefined);
    if (left === TOO_MANY) left = glance(value, MAX_DEPTH, Infinity, visit, new Set());
  } catch {
    // A getter threw: the search meets it again, and knows where.
  }
  if (left < 0) searchUnsendable(value, what, visit);
}

/**
 * The thorough form of {@link checkSendable}: any depth, cycles, symbol keys, properties of arrays. Slower,
 * as it remembers what it has seen and how it got there.
 */
export function searchUnsendable(value: unknown, what: string, visit?: Visit): void {
  const seen = new Set<unknown>();
  const open: Place[] = [{ value, inside: undefined, step: what, made: 0 }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (typeof place.value === 'object') {
      if (seen.has(place.value)) continue;
      seen.add(place.value);
    }
    const found: Place[] = [];
    const fault = readPlace(place, found, visit);
    if (fault) throw new NotSendableError(pathOf(fault.place), fault.what, fault.options);
    for (let i = found.length - 1; i >= 0; i--) open.push(found[i] as Place); // i is in range
  }
}

/** Classifies an object by its prototype and, where a prototype can be borrowed, by its internal slots. */
export function kindOf(value: object): Kind {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null) return isMovable(value) ? 'movable' : 'bare object';
  const kind = KINDS.get(prototype) ?? KINDS_BY_NAME.get(nameOfBuiltIn(prototype));
  if (kind !== undefined && hasSlots(value, kind)) {
    return kind === 'object' && isMovable(value) ? 'movable' : kind;
  }
  if (isMovable(value)) return 'movable';
  if (isError(value)) return 'error';
  return classOfPrototype(prototype) === undefined ? 'other' : 'instance';
}

/** A deeper value is left to the search. */
const MAX_DEPTH = 100;

/**
 * Among more objects the fast walk remembers what it has seen: a chain of shared references is exponential
 * to it.
 */
const MAX_OBJECTS = 100_000;

/** A longer array may be nothing but holes, which the search doesn't count one by one. */
const MAX_LENGTH = 10_000_000;

/** What the fast walk returns in place of what is left of its budget. */
const UNSURE = -1;
const TOO_MANY = -2;

const PLAIN = Object.prototype;
const LIST = Array.prototype;

/** Node's Buffer, where there is one: the only subclass of a built-in class that counts as built in. */
const BUFFER: object | undefined = (globalThis as { Buffer?: { prototype: object } }).Buffer?.prototype;

const VIEWS = [
  'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array',
  'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'DataView',
];
const ERRORS = [
  'Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError',
  'AggregateError',
];

/** By name, for prototypes of another realm (a vm context has an Object, a Map, a Date of its own). */
const KINDS_BY_NAME: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['Object', 'object'], ['Array', 'array'], ['Map', 'map'], ['Set', 'set'], ['Date', 'date'],
  ['RegExp', 'regexp'], ['ArrayBuffer', 'buffer'], ['SharedArrayBuffer', 'shared'],
  ...VIEWS.map((name): [string, Kind] => [name, 'view']),
  ...ERRORS.map((name): [string, Kind] => [name, 'error']),
]);

const KINDS: ReadonlyMap<object, Kind> = new Map([
  ...[...KINDS_BY_NAME].flatMap(([name, kind]): [object, Kind][] => {
    const prototype = (globalThis as { [name: string]: { prototype?: object } | undefined })[name]?.prototype;
    return prototype ? [[prototype, kind]] : [];
  }),
  ...(BUFFER ? [[BUFFER, 'view'] as [object, Kind]] : []),
]);

/** Whether it is a value that any message may hold, and no object. */
export function isPrimitive(value: unknown): boolean {
  const type = typeof value;
  return type === 'object' ? value === null : type !== 'function' && type !== 'symbol';
}

/**
 * The fast walk: no path, and no set of what it has seen unless it is given one. Returns how many objects
 * of the budget `left` remain, or a negative number when it can't vouch for `value`. A cycle ends at
 * `depth`.
 */
function glance(
  value: unknown, depth: number, left: number, visit: Visit, seen: Set<object> | undefined,
): number {
  if (typeof value !== 'object') return isPrimitive(value) ? left : UNSURE;
  if (value === null) return left;
  if (depth === 0) return UNSURE;
  if (left === 0) return TOO_MANY;
  if (seen) {
    if (seen.has(value)) return left;
    seen.add(value);
  }
  left--;
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === PLAIN || prototype === null) {
    for (const key in value) {
      const item = (value as Record<string, unknown>)[key];
      if (isPrimitive(item)) continue;
      left = glance(item, depth - 1, left, visit, seen);
      if (left < 0) return left;
    }
    return left;
  }
  if (prototype === LIST) {
    const items = value as readonly unknown[];
    if (items.length > MAX_LENGTH) return UNSURE;
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (isPrimitive(item)) continue;
      left = glance(item, depth - 1, left, visit, seen);
      if (left < 0) return left;
    }
    return left;
  }
  if (isMovable(value)) return visit?.(value) === undefined ? left : UNSURE;
  const kind = KINDS.get(prototype);
  switch (kind) {
    case 'date': case 'regexp': return isBare(value) && hasSlots(value, kind) ? left : UNSURE;
    case 'view': {
      if (isSound(value as ArrayBufferView)) return left;
      const { buffer } = value as ArrayBufferView;
      return isShared(buffer) && visit !== undefined && visit(buffer) === undefined ? left : UNSURE;
    }
    case 'shared': return hasSlots(value, kind) && visit !== undefined && visit(value) === undefined ? left : UNSURE;
    case 'buffer': return hasSlots(value, kind) && !isDetached(value as ArrayBuffer) ? left : UNSURE;
    case 'map': {
      if (!isBare(value) || !hasSlots(value, kind)) return UNSURE;
      for (const [key, item] of value as ReadonlyMap<unknown, unknown>) {
        left = glance(key, depth - 1, left, visit, seen);
        if (left >= 0) left = glance(item, depth - 1, left, visit, seen);
        if (left < 0) return left;
      }
      return left;
    }
    case 'set': {
      if (!isBare(value) || !hasSlots(value, kind)) return UNSURE;
      for (const item of value as ReadonlySet<unknown>) {
        left = glance(item, depth - 1, left, visit, seen);
        if (left < 0) return left;
      }
      return left;
    }
    // Errors, instances, objects of other realms, and all that can't be sent.
    default: return UNSURE;
  }
}

function isBare(value: object): boolean {
  for (const _ in value) return false;
  return true;
}

/** How many `toData` may lead to one place: instances in the data of instances. */
export const MAX_MADE = 50;
export const TOO_DEEPLY_MADE = `more than ${MAX_MADE} instances deep, or a cycle through toData`;

/** A place in the message, and how the search got there. */
interface Place {
  readonly value: unknown;
  readonly inside: Place | undefined;
  readonly step: string;
  /** How many `toData` lie on the way. */
  readonly made: number;
}

interface PlaceFault { readonly place: Place; readonly what: string; readonly options?: ErrorOptions }

/** Adds the places inside `place` that have to be searched to `found`, or says what is wrong with it. */
function readPlace(
  place: Place, found: Place[], visit: Visit,
): PlaceFault | undefined {
  const { value } = place;
  if (isPrimitive(value)) return undefined;
  if (typeof value !== 'object' || value === null) return { place, what: describe(value) };
  let kind: Kind;
  try {
    kind = kindOf(value);
  } catch (cause) {
    return { place, what: 'an object that throws when it is looked at', options: { cause } };
  }
  switch (kind) {
    case 'movable': {
      const refusal = visit?.(value);
      return refusal === undefined ? undefined : { place, what: refusal };
    }
    case 'other':
      return { place, what: describe(value) };
    case 'shared': {
      const refusal = visit === undefined ? describe(value) : visit(value);
      return refusal === undefined ? undefined : { place, what: refusal };
    }
    case 'buffer':
      return isDetached(value as ArrayBuffer) ? { place, what: 'a detached ArrayBuffer' } : undefined;
    case 'view': {
      const view = value as ArrayBufferView;
      if (isSound(view)) return undefined;
      if (visit !== undefined && isShared(view.buffer)) {
        const refusal = visit(view.buffer);
        return refusal === undefined ? undefined : { place, what: `a view on ${refusal}` };
      }
      return { place, what: `a view on a ${isShared(view.buffer) ? '' : 'detached '}${tagOf(view.buffer)}` };
    }
    case 'map': {
      let at = 0;
      for (const [key, item] of value as ReadonlyMap<unknown, unknown>) {
        const step = `.get(${nameOfMapKey(key, at)})`;
        if (!isPrimitive(key)) found.push({ value: key, inside: place, step: `.keys()[${at}]`, made: place.made });
        if (!isPrimitive(item)) found.push({ value: item, inside: place, step, made: place.made });
        at++;
      }
      break;
    }
    case 'set': {
      let at = 0;
      for (const item of value as ReadonlySet<unknown>) {
        if (!isPrimitive(item)) found.push({ value: item, inside: place, step: `.values()[${at}]`, made: place.made });
        at++;
      }
      break;
    }
    case 'instance': {
      const { hooks } = instanceClass(value);
      if (hooks === undefined) break;
      if (place.made === MAX_MADE) return { place, what: TOO_DEEPLY_MADE };
      try {
        found.push({ value: hooks.toData(value), inside: place, step: '.toData()', made: place.made + 1 });
      } catch (cause) {
        return { place, what: `${describe(value)}, whose toData fails`, options: { cause } };
      }
      return undefined;
    }
    case 'object': case 'bare object': case 'array': case 'date': case 'regexp': case 'error': break;
  }
  return readProperties(place, value, kind, found);
}

/** The registered class of an `instance`. */
export function instanceClass(value: object): SendableClass {
  return classOfPrototype(Object.getPrototypeOf(value) as object) as SendableClass; // that is what makes it one
}

function readProperties(place: Place, value: object, kind: Kind, found: Place[]): PlaceFault | undefined {
  const keys: PropertyKey[] = kind === 'error' ? errorKeys(value) : Object.keys(value);
  const within = (key: PropertyKey, item: unknown): Place =>
    ({ value: item, inside: place, step: stepTo(key, kind), made: place.made });
  for (const key of keys) {
    let item: unknown;
    try {
      item = Reflect.get(value, key);
    } catch (cause) {
      return { place: within(key, undefined), what: 'a getter that throws', options: { cause } };
    }
    if (!isPrimitive(item)) found.push(within(key, item));
  }
  // Classes put symbols on their errors (Node's own do); an error's symbols stay behind, as its methods do.
  if (kind === 'error') return undefined;
  for (const key of Object.getOwnPropertySymbols(value)) {
    if (!Object.prototype.propertyIsEnumerable.call(value, key)) continue;
    return { place: within(key, undefined), what: 'a property with a symbol for a key' };
  }
  return undefined;
}

/** The own fields of an error that travel: its enumerable ones, `cause` and `errors`; its texts are texts. */
function errorKeys(error: object): string[] {
  const keys = Object.keys(error).filter((key) => !ERROR_FIELDS.has(key));
  for (const key of ['cause', 'errors']) if (Object.hasOwn(error, key)) keys.push(key);
  return keys;
}

/** The fields of an error that aren't enumerable where an engine or a standard class defines them. */
export const ERROR_FIELDS: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors']);

function stepTo(key: PropertyKey, kind: Kind): string {
  if (typeof key === 'symbol') return `[${String(key)}]`;
  const name = String(key);
  if (kind === 'array' && /^\d+$/.test(name)) return `[${name}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function nameOfMapKey(key: unknown, at: number): string {
  switch (typeof key) {
    case 'string': return JSON.stringify(key.length > 40 ? `${key.slice(0, 37)}...` : key);
    case 'number': case 'boolean': case 'undefined': return String(key);
    case 'bigint': return `${key}n`;
    default: return key === null ? 'null' : `keys()[${at}]`;
  }
}

function pathOf(place: Place): string {
  const steps: string[] = [];
  let at = place;
  for (; at.inside !== undefined; at = at.inside) steps.push(at.step);
  if (steps.length === 0) return at.step;
  // A path of thousands of steps names its two ends.
  const shown = steps.length > 40 ? [...steps.slice(0, 20), ' … ', ...steps.slice(-20)] : steps;
  return `${at.step} → ${shown.toReversed().join('')}`;
}

/** What an unsendable value is, for the error's text. Never throws. */
function describe(value: unknown): string {
  try {
    if (typeof value === 'symbol') return 'a symbol';
    if (typeof value === 'function') {
      return /^class\b/.test(Function.prototype.toString.call(value)) ? 'a class' : 'a function; send data, or a ref to call back';
    }
    return describeObject(value as object); // the rest are objects
  } catch {
    return 'an object that throws when it is looked at';
  }
}

function describeObject(value: object): string {
  if (isShared(value)) return 'a SharedArrayBuffer';
  if (value instanceof Transfer) return 'a transfer() (it wraps an argument, a reply or an item as a whole)';
  if (value instanceof HostSet) return 'a set of hosts, which only its program can use';
  if (value instanceof Invocation) return 'ctx, which stays in its handler';
  const tag = tagOf(value);
  if (/^Weak(?:Map|Set|Ref)$/.test(tag)) return 'a weak collection';
  if (tag === 'Promise' || typeof (value as { then?: unknown }).then === 'function') {
    return 'a promise (await it first)';
  }
  if ([String, Number, Boolean, BigInt, Symbol].some((boxed) => value instanceof boxed)) {
    return `a boxed ${typeof value.valueOf()}`;
  }
  if (tag.endsWith('Generator')) return 'a generator';
  if (tag.endsWith('Iterator')) return 'an iterator';
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  if (typeof name !== 'string' || name === '') return 'an instance of a class without a name';
  const prototype = Object.getPrototypeOf(value) as object;
  const canRegister = nameOfBuiltIn(prototype) === '' && classOfPrototype(prototype) === undefined;
  return canRegister ? `an instance of ${name} (register the class with sendable())` : `an instance of ${name}`;
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/** The name of the built-in class that `prototype` is of, in whatever realm, or '' for a user's class. */
export function nameOfBuiltIn(prototype: object): string {
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof maker !== 'function' || maker.prototype !== prototype) return '';
  const source = Function.prototype.toString.call(maker);
  return source === `function ${maker.name}() { [native code] }` ? maker.name : '';
}

const mapSize = slotReader(Map.prototype, 'size');
const setSize = slotReader(Set.prototype, 'size');
const bufferLength = slotReader(ArrayBuffer.prototype, 'byteLength');
const regexpIndices = slotReader(RegExp.prototype, 'hasIndices');
const sharedLength = slotReader(SharedArrayBuffer.prototype, 'byteLength');
const dateTime = (value: object): number => Date.prototype.getTime.call(value as Date);

/** The getter that reads an internal slot, and throws for an object that hasn't got it. */
function slotReader(prototype: object, key: PropertyKey): (value: object) => unknown {
  return (value) => Reflect.get(prototype, key, value);
}

/** Whether `value` is what its prototype says: `Object.create(Map.prototype)` isn't a Map. */
function hasSlots(value: object, kind: Kind): boolean {
  switch (kind) {
    case 'array': return Array.isArray(value);
    case 'view': return ArrayBuffer.isView(value);
    case 'error': return isError(value);
    case 'map': return reads(mapSize, value);
    case 'set': return reads(setSize, value);
    case 'buffer': return reads(bufferLength, value);
    case 'date': return reads(dateTime, value);
    case 'regexp': return reads(regexpIndices, value);
    case 'shared': return isShared(value);
    case 'object': case 'bare object': case 'movable': case 'instance': case 'other': return true;
  }
}

function reads(read: (value: object) => unknown, value: object): boolean {
  try {
    read(value);
    return true;
  } catch {
    return false;
  }
}

/** An error of any class and realm. */
function isError(value: object): boolean {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

function isShared(value: object): boolean {
  return reads(sharedLength, value);
}

/** Whether the bytes under the view are there, and not shared. */
function isSound(view: ArrayBufferView): boolean {
  if (!ArrayBuffer.isView(view)) return false; // Object.create(Uint8Array.prototype)
  const buffer: ArrayBufferLike = view.buffer;
  if (buffer instanceof ArrayBuffer) return view.byteLength > 0 || !isDetached(buffer);
  return !isShared(buffer) && !isDetached(buffer);
}
