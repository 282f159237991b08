import type { SendableClass } from '../../core/sendable-class.ts';
import { NotSendableError, ProtocolError } from '../../core/errors.ts';
import { instanceClass, kindOf } from '../../core/check-sendable.ts';
import { classOfKey } from '../../core/sendable-class.ts';
import { elementSize, makeView, memoryOf, stretches, viewName, type Shown } from './bytes.ts';
import type { Attached, Parcel } from './parcel.ts';
import { bareError, errorParts, setErrorField } from './error-codec.ts';
import { isPlain, isRegular } from './plain.ts';

/** How refs and other movables travel; the kernel of a host knows. */
export interface MovableCodec {
  /**
   * Plain data: arrays, strings and numbers only.
   *
   * @param parcel The message that it is in.
   * @throws {NotSendableError} This movable can't go there.
   */
  encode(movable: object, parcel: Parcel): unknown;
  /** A message with movables is encoded. Others may have been meanwhile: by a getter, or a `toData`. */
  encoded?(parcel: Parcel): void;
  /** @throws {ProtocolError} `data` isn't what `encode` gives. */
  decode(data: unknown): object;
}

/**
 * Any sendable value as a flat table, so that neither depth nor cycles need recursion.
 *
 *   table[0]     the slot of the value itself
 *   table[id]    a node: [code, ...what the code needs]
 *   contents     the bytes of the nodes that have some, in the order of the table
 *
 * A slot holds an item of a container: null, undefined, a boolean or a regular string as itself, a number
 * in an array of one, -0 as an empty array, and everything else as the id of its node.
 */
export interface Graph { readonly table: readonly unknown[]; readonly contents: readonly Uint8Array[] }

/** The codes of the nodes. The numbers are the wire format. */
const CODES = {
  text: 0, // byte length; the contents are UTF-16: a text with lone surrogates or a leading byte order mark
  bigint: 1, // hexadecimal digits, with a sign
  object: 2, // key, slot, key, slot, ...
  bareObject: 3, // the same, without a prototype
  array: 4, // slots
  sparse: 5, // length; its items are properties
  map: 6, // key slot, value slot, ...
  set: 7, // slots
  date: 8, // milliseconds, or NaN
  regexp: 9, // source, flags and lastIndex as slots
  error: 10, // class name, key, slot, ...
  buffer: 11, // number of zeros before the contents, byte length of the contents
  view: 12, // name, id of its buffer, byte offset, length in elements
  movable: 13, // plain data
  instance: 15, // key of its class, key, slot, ...
  madeInstance: 16, // key of its class, byte length of the contents: a message of its own, with what `toData` gave
  madeBefore: 18, // which one of those made so far, in the message and in those within it
  attachment: 17, // its place among the attachments of the message
  properties: 14, // id, key, slot, ...: properties of an object that isn't a plain one
} as const;

/** What else there is to know when a message is read. */
export interface Beside {
  readonly attached: readonly Attached[];
  /** A text stands for an instance that can't be made here; else it is a {@link ProtocolError}. */
  readonly isLenient: boolean;
  /** The instances that `fromData` has made so far, or what stands for them. */
  readonly made: unknown[];
}

/**
 * @param encode Encodes a message within this one.
 * @throws {NotSendableError} The value changed since it was searched for what can't be sent.
 * @throws {FrameTooLargeError}
 */
export function writeGraph(
  value: unknown, movables: MovableCodec, parcel: Parcel, encode: (data: unknown) => Uint8Array,
): Graph {
  return new GraphWriter(movables, parcel, encode).write(value);
}

/** @throws {ProtocolError} `writeGraph` can't have made this. */
export function readGraph(
  table: unknown, contents: Uint8Array, movables: MovableCodec, beside: Beside, decode: (bytes: Uint8Array) => unknown,
): unknown {
  if (!Array.isArray(table) || table.length === 0) throw malformed('a table');
  return new GraphReader(table, contents, movables, beside, decode).read();
}

class GraphWriter {
  readonly #movables: MovableCodec;
  readonly #parcel: Parcel;
  readonly #encode: (data: unknown) => Uint8Array;
  readonly #table: unknown[] = [null];
  readonly #ids = new Map<object, number>();
  readonly #open: object[] = [];
  readonly #contents: Uint8Array[] = [];
  readonly #shown: Shown[] = [];
  readonly #made: { readonly id: number; readonly instance: object }[] = [];

  constructor(movables: MovableCodec, parcel: Parcel, encode: (data: unknown) => Uint8Array) {
    this.#movables = movables;
    this.#parcel = parcel;
    this.#encode = encode;
  }

  write(value: unknown): Graph {
    this.#table[0] = this.#slot(value);
    for (let object = this.#open.pop(); object !== undefined; object = this.#open.pop()) {
      const id = this.#ids.get(object) as number; // given when it was opened
      this.#table[id] = this.#node(object, id);
    }
    this.#writeMade();
    this.#writeBytes();
    return { table: this.#table, contents: this.#contents.filter(() => true) }; // without the gaps
  }

  #slot(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        this.#parcel.grow(value.length);
        return isRegular(value) ? value : this.#text(value);
      case 'number': return value === 0 && 1 / value < 0 ? [] : [value];
      case 'boolean': case 'undefined': return value;
      case 'bigint': return this.#table.push([CODES.bigint, value.toString(16)]) - 1;
      case 'object': {
        if (value === null) return null;
        let id = this.#ids.get(value);
        if (id === undefined) {
          id = this.#table.push(null) - 1;
          this.#ids.set(value, id);
          this.#open.push(value);
        }
        return id;
      }
      default: throw new NotSendableError(this.#parcel.what, 'a value that changes while it is read');
    }
  }

  #text(value: string): number {
    const bytes = Buffer.from(value, 'utf16le');
    const id = this.#table.push([CODES.text, bytes.length]) - 1;
    this.#contents[id] = bytes;
    return id;
  }

  #node(value: object, id: number): unknown[] | null {
    const kind = kindOf(value);
    switch (kind) {
      case 'object': return this.#properties(value, Object.keys(value), [CODES.object]);
      case 'bare object': return this.#properties(value, Object.keys(value), [CODES.bareObject]);
      case 'array': return this.#array(value as readonly unknown[], id);
      case 'map': {
        const node: unknown[] = [CODES.map];
        for (const [key, item] of value as ReadonlyMap<unknown, unknown>) {
          node.push(this.#slot(key), this.#slot(item));
        }
        return this.#extended(value, id, node);
      }
      case 'set': {
        const node: unknown[] = [CODES.set];
        for (const item of value as ReadonlySet<unknown>) node.push(this.#slot(item));
        return this.#extended(value, id, node);
      }
      case 'date': return this.#extended(value, id, [CODES.date, Date.prototype.getTime.call(value as Date)]);
      case 'regexp': {
        const { source, flags, lastIndex } = value as RegExp;
        const slots = [source, flags, lastIndex].map((part) => this.#slot(part));
        return this.#extended(value, id, [CODES.regexp, ...slots]);
      }
      case 'error': {
        const { className, fields } = errorParts(value as Error);
        const node: unknown[] = [CODES.error, className];
        for (const [key, item] of fields) node.push(this.#slot(key), this.#slot(item));
        return node;
      }
      case 'buffer': case 'shared': case 'view':
        this.#shown.push({ id, value: value as ArrayBufferLike | ArrayBufferView });
        return null; // written at the end, when all views on the same bytes are known
      case 'movable': {
        const data = this.#movables.encode(value, this.#parcel);
        if (isPlain(data)) return [CODES.movable, data];
        throw new NotSendableError(this.#parcel.what, 'a movable whose address is no plain data');
      }
      case 'instance': {
        const { key, hooks } = instanceClass(value);
        if (hooks === undefined) return this.#properties(value, Object.keys(value), [CODES.instance, key]);
        this.#made.push({ id, instance: value });
        return null; // written in the order of the table, which is that of the reader
      }
      case 'other': throw new NotSendableError(this.#parcel.what, 'a value that changes while it is read');
    }
  }

  #properties(value: object, keys: readonly string[], node: unknown[]): unknown[] {
    for (const key of keys) node.push(this.#slot(key), this.#slot((value as Record<string, unknown>)[key]));
    return node;
  }

  #array(value: readonly unknown[], id: number): unknown[] {
    const keys = Object.keys(value);
    // Indices come first and in order: the last one stands in its place when none is missing.
    const isDense = value.length === 0 || keys[value.length - 1] === `${value.length - 1}`;
    const rest = isDense ? keys.slice(value.length) : keys;
    if (rest.length > 0) this.#table.push(this.#properties(value, rest, [CODES.properties, id]));
    if (!isDense) return [CODES.sparse, value.length];
    const node: unknown[] = [CODES.array];
    for (let i = 0; i < value.length; i++) node.push(this.#slot(value[i]));
    return node;
  }

  /** Adds what a user has hung on an object of a built-in class. */
  #extended(value: object, id: number, node: unknown[]): unknown[] {
    const keys = Object.keys(value);
    if (keys.length > 0) this.#table.push(this.#properties(value, keys, [CODES.properties, id]));
    return node;
  }

  #writeMade(): void {
    const { made } = this.#parcel;
    for (const { id, instance } of this.#made.toSorted((a, b) => a.id - b.id)) {
      const number = made.get(instance);
      if (number !== undefined) {
        this.#table[id] = [CODES.madeBefore, number];
        continue;
      }
      const { key, hooks } = instanceClass(instance);
      const bytes = this.#encode(hooks?.toData(instance));
      made.set(instance, made.size); // after those in its data, as the reader makes them
      this.#contents[id] = bytes;
      this.#table[id] = [CODES.madeInstance, key, bytes.length];
    }
  }

  #writeBytes(): void {
    const inside = this.#shown.filter((one) => !this.#isAttached(one));
    for (const { bytes, lead, shown } of stretches(inside)) {
      this.#parcel.grow(bytes.length);
      const whole = shown.find(({ value }) => !ArrayBuffer.isView(value));
      const buffer = whole ? whole.id : this.#table.push(null) - 1;
      this.#table[buffer] = [CODES.buffer, lead, bytes.length];
      this.#contents[buffer] = bytes;
      for (const { id, value, at } of shown) {
        if (!ArrayBuffer.isView(value)) continue;
        const name = viewName(value);
        this.#table[id] = [CODES.view, name, buffer, at, value.byteLength / (elementSize(name) ?? 1)];
      }
    }
  }

  /** Attaches the buffer that is shown, if that is how it travels; a view on it stays where it was. */
  #isAttached({ id, value }: Shown): boolean {
    const memory = memoryOf(value);
    const place = this.#parcel.placeOf(memory);
    if (place === undefined) {
      if (memory instanceof SharedArrayBuffer) throw new NotSendableError(this.#parcel.what, 'a value that changes while it is read');
      return false;
    }
    if (!ArrayBuffer.isView(value)) {
      this.#table[id] = [CODES.attachment, place];
      return true;
    }
    let buffer = this.#ids.get(memory);
    if (buffer === undefined) this.#ids.set(memory, buffer = this.#table.push([CODES.attachment, place]) - 1);
    const name = viewName(value);
    this.#table[id] = [CODES.view, name, buffer, value.byteOffset, value.byteLength / (elementSize(name) ?? 1)];
    return true;
  }
}

/** Stands for the nodes that are no values. */
const NO_VALUE = Symbol('no value');

class GraphReader {
  readonly #table: readonly unknown[];
  readonly #contents: Uint8Array;
  readonly #movables: MovableCodec;
  readonly #beside: Beside;
  readonly #decode: (bytes: Uint8Array) => unknown;
  readonly #values: unknown[];
  #used = 0;

  constructor(
    table: readonly unknown[], contents: Uint8Array, movables: MovableCodec, beside: Beside, decode: (bytes: Uint8Array) => unknown,
  ) {
    this.#beside = beside;
    this.#decode = decode;
    this.#table = table;
    this.#contents = contents;
    this.#movables = movables;
    this.#values = table.map(() => NO_VALUE);
  }

  read(): unknown {
    const nodes = this.#table.slice(1).map((node) => this.#checked(node));
    // Three rounds: what refers to nothing, then what needs texts or bytes to be made, then the fillings.
    nodes.forEach((node, i) => { this.#values[i + 1] = this.#leaf(node); });
    if (this.#used !== this.#contents.length) throw malformed('the contents');
    nodes.forEach((node, i) => {
      if (this.#values[i + 1] === NO_VALUE) this.#values[i + 1] = this.#shell(node);
    });
    nodes.forEach((node, i) => this.#fill(node, this.#values[i + 1]));
    return this.#value(this.#table[0]);
  }

  #checked(node: unknown): readonly unknown[] {
    if (!Array.isArray(node)) throw malformed('a node');
    return node as readonly unknown[];
  }

  #leaf(node: readonly unknown[]): unknown {
    switch (node[0]) {
      case CODES.text:
        expect(node.length === 2 && isCount(node[1]) && node[1] % 2 === 0);
        return Buffer.from(this.#take(node[1])).toString('utf16le');
      case CODES.buffer: {
        expect(node.length === 3 && isCount(node[1]) && node[1] < 8);
        const contents = this.#take(node[2]);
        // A copy: a small value that is kept mustn't keep the frame it came in.
        const bytes = new Uint8Array(node[1] + contents.length);
        bytes.set(contents, node[1]);
        return bytes.buffer;
      }
      case CODES.bigint: {
        const digits = node[1];
        expect(node.length === 2 && typeof digits === 'string' && /^-?[0-9a-f]+$/.test(digits));
        return digits.startsWith('-') ? -BigInt(`0x${digits.slice(1)}`) : BigInt(`0x${digits}`);
      }
      case CODES.object: return {};
      case CODES.bareObject: return Object.create(null);
      case CODES.array: return [];
      case CODES.sparse:
        expect(node.length === 2 && isCount(node[1]) && node[1] < 2 ** 32);
        return emptyArray(node[1]);
      case CODES.map: return new Map();
      case CODES.set: return new Set();
      case CODES.date:
        expect(node.length === 2 && typeof node[1] === 'number');
        return new Date(node[1]);
      case CODES.movable:
        expect(node.length === 2);
        return this.#movables.decode(node[1]);
      case CODES.instance: return this.#orText(node, () => Object.create(registeredClass(node[1], false).prototype) as object);
      case CODES.madeInstance: {
        expect(node.length === 3);
        const data = this.#decode(this.#take(node[2]));
        const instance = this.#orText(node, () => makeInstance(node[1], data));
        this.#beside.made.push(instance);
        return instance;
      }
      case CODES.madeBefore: {
        expect(node.length === 2 && isCount(node[1]));
        const instance = this.#beside.made[node[1]];
        expect(instance !== undefined);
        return instance;
      }
      case CODES.attachment: {
        expect(node.length === 2 && isCount(node[1]));
        const buffer = this.#beside.attached[node[1]];
        if (buffer === undefined) throw malformed('an attachment');
        return buffer;
      }
      default: return NO_VALUE;
    }
  }

  #orText(node: readonly unknown[], make: () => object): unknown {
    try {
      return make();
    } catch (error) {
      const key = node[1];
      if (!this.#beside.isLenient || typeof key !== 'string') throw error;
      return `[an instance of ${key.slice(key.lastIndexOf('#') + 1)}]`;
    }
  }

  #shell(node: readonly unknown[]): unknown {
    switch (node[0]) {
      case CODES.regexp: {
        const [source, flags, lastIndex] = node.slice(1).map((slot) => this.#value(slot));
        expect(node.length === 4 && typeof source === 'string' && typeof flags === 'string');
        const regexp = new RegExp(source, flags);
        regexp.lastIndex = typeof lastIndex === 'number' ? lastIndex : 0;
        return regexp;
      }
      case CODES.view: {
        const [, name, id, at, length] = node;
        expect(node.length === 5 && typeof name === 'string');
        expect(isCount(id) && isCount(at) && isCount(length));
        const buffer = this.#values[id];
        expect(buffer instanceof ArrayBuffer || buffer instanceof SharedArrayBuffer);
        const view = makeView(name, buffer, at, length);
        if (!view) throw malformed(`a ${name}`);
        return view;
      }
      case CODES.error: {
        const className = node[1];
        expect(typeof className === 'string');
        const isException = className === 'DOMException'; // its name and message come first
        const error = isException ? bareError(className, this.#value(node[3]), this.#value(node[5]))
          : bareError(className);
        if (!error) throw malformed(`an error of class ${JSON.stringify(className)}`);
        return error;
      }
      case CODES.properties: return NO_VALUE;
      default: throw malformed('a node');
    }
  }

  #fill(node: readonly unknown[], value: unknown): void {
    switch (node[0]) {
      case CODES.object: case CODES.bareObject: return this.#fillProperties(value as object, node, 1);
      case CODES.instance:
        if (typeof value === 'object') this.#fillProperties(value as object, node, 2);
        return;
      case CODES.properties: {
        const id = node[1];
        expect(isCount(id));
        const owner = this.#values[id];
        expect(Array.isArray(owner) || owner instanceof Map || owner instanceof Set || owner instanceof Date
          || owner instanceof RegExp);
        return this.#fillProperties(owner as object, node, 2);
      }
      case CODES.array:
        for (let i = 1; i < node.length; i++) (value as unknown[]).push(this.#value(node[i]));
        return;
      case CODES.set:
        for (let i = 1; i < node.length; i++) (value as Set<unknown>).add(this.#value(node[i]));
        this.#expectDistinct((value as Set<unknown>).size === node.length - 1);
        return;
      case CODES.map:
        expect(node.length % 2 === 1);
        for (let i = 1; i < node.length; i += 2) {
          (value as Map<unknown, unknown>).set(this.#value(node[i]), this.#value(node[i + 1]));
        }
        this.#expectDistinct((value as Map<unknown, unknown>).size === (node.length - 1) / 2);
        return;
      case CODES.error:
        expect(node.length % 2 === 0);
        for (let i = 2; i < node.length; i += 2) {
          setErrorField(value as Error, this.#key(node[i]), this.#value(node[i + 1]));
        }
    }
  }

  #fillProperties(owner: object, node: readonly unknown[], start: number): void {
    expect((node.length - start) % 2 === 0);
    for (let i = start; i < node.length; i += 2) {
      const key = this.#key(node[i]);
      const value = this.#value(node[i + 1]);
      // Only a plain object may be assigned to: `length` of an array, `lastIndex` and `__proto__` are no
      // fields.
      if (start === 1 && key !== '__proto__') (owner as Record<string, unknown>)[key] = value;
      else {
        expect(start === 1 || !Object.hasOwn(owner, key));
        expect(!Array.isArray(owner) || !isIndex(key) || Number(key) < owner.length);
        Object.defineProperty(owner, key, { value, writable: true, enumerable: true, configurable: true });
      }
    }
  }

  /** But for the texts: all instances of one class have the same. */
  #expectDistinct(areDistinct: boolean): void {
    expect(areDistinct || this.#beside.isLenient);
  }

  #key(slot: unknown): string {
    const key = this.#value(slot);
    expect(typeof key === 'string');
    return key;
  }

  #value(slot: unknown): unknown {
    switch (typeof slot) {
      case 'string': case 'boolean': case 'undefined': return slot;
      case 'number': {
        const value = isCount(slot) ? this.#values[slot] : NO_VALUE;
        if (slot === 0 || slot >= this.#values.length || value === NO_VALUE) throw malformed('a reference');
        return value;
      }
      case 'object':
        if (slot === null) return null;
        if (Array.isArray(slot) && slot.length === 0) return -0;
        if (Array.isArray(slot) && slot.length === 1 && typeof slot[0] === 'number') return slot[0];
        throw malformed('a slot');
      default: throw malformed('a slot');
    }
  }

  #take(length: unknown): Uint8Array {
    expect(isCount(length) && length <= this.#contents.length - this.#used);
    this.#used += length;
    return this.#contents.subarray(this.#used - length, this.#used);
  }
}

/** An instance from its data. */
function makeInstance(key: unknown, data: unknown): object {
  const { name, hooks } = registeredClass(key, true);
  let instance: unknown;
  try {
    instance = hooks?.fromData(data);
  } catch (cause) {
    throw new ProtocolError(`Cannot decode a message: fromData of ${name} failed`, { cause });
  }
  if (typeof instance === 'object' && instance !== null) return instance;
  throw new ProtocolError(`Cannot decode a message: fromData of ${name} makes no instance`);
}

/** The class that this host has registered with the key. */
function registeredClass(key: unknown, isMade: boolean): SendableClass {
  expect(typeof key === 'string' && key.includes('#'));
  const found = classOfKey(key);
  if (found === undefined) {
    const at = key.lastIndexOf('#');
    const hint = 'this host has not loaded that module, or it does not call sendable() at its top level';
    throw new ProtocolError(`Cannot decode an instance of ${key.slice(at + 1)} of ${key.slice(0, at)}: ${hint}`);
  }
  expect(!found.isError && isMade === (found.hooks !== undefined));
  return found;
}

/** An array of nothing but holes. A length alone must not take memory: rubbish can say any. */
function emptyArray(length: number): unknown[] {
  const array: unknown[] = [];
  if (length > MAX_HOLES) {
    // An item far beyond the end makes the engine keep the items in a table, and it stays one.
    array[FAR_INDEX] = null;
    Reflect.deleteProperty(array, FAR_INDEX);
  }
  array.length = length;
  return array;
}

/** So many holes may take memory. */
const MAX_HOLES = 16;
const FAR_INDEX = 2 ** 31;

function isIndex(key: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function expect(condition: boolean): asserts condition {
  if (!condition) throw malformed('a node');
}

function malformed(what: string): ProtocolError {
  return new ProtocolError(`Cannot decode a message: ${what} is malformed`);
}
