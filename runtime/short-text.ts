import { types } from 'node:util';
import { Ref } from '../core/actor-ref.ts';

/** How deep a value is shown. */
const MAX_DEPTH = 4;
/** How many characters a name may have that a value gives itself. */
const MAX_NAME = 80;

/**
 * Values as a short text, for people: `"a", { n: 1 }, [2, …]`. It runs no code of theirs, be it a getter, a proxy or a
 * `toString`, looks at no more of them than it shows, and never throws.
 *
 * @param maxLength How long the text may be; it ends with `…` when something is left out.
 */
export function shortText(values: readonly unknown[], maxLength: number): string {
  const writer = new ShortWriter(maxLength);
  try {
    writer.items(values, 0);
  } catch {
    writer.write('…');
  }
  return writer.text;
}

class ShortWriter {
  readonly #maxLength: number;
  #text = '';
  #isFull = false;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  get text(): string { return this.#text; }

  write(part: string): void {
    if (this.#isFull) return;
    this.#isFull = this.#text.length + part.length > this.#maxLength;
    this.#text = this.#isFull ? `${(this.#text + part).slice(0, this.#maxLength - 1)}…` : this.#text + part;
  }

  items(values: readonly unknown[], depth: number): void {
    for (let i = 0; i < values.length && !this.#isFull; i++) {
      if (i > 0) this.write(', ');
      const item = Object.getOwnPropertyDescriptor(values, i);
      if (item === undefined) this.write('<empty>');
      else this.#property(item, depth);
    }
  }

  #value(value: unknown, depth: number): void {
    switch (typeof value) {
      case 'string':
        // What can't be shown needn't be quoted.
        this.write(JSON.stringify(value.slice(0, this.#maxLength + 1)));
        return;
      case 'bigint':
        this.write(value > HUGE || value < -HUGE ? 'a huge bigint' : `${value}n`);
        return;
      case 'function':
        this.write(types.isProxy(value) ? 'a proxy' : '[function]');
        return;
      case 'object':
        if (value === null) this.write('null');
        else this.#object(value, depth);
        return;
      default: this.write(Object.is(value, -0) ? '-0' : String(value));
    }
  }

  #object(value: object, depth: number): void {
    const path = Ref.recipientOf(value)?.path;
    if (types.isProxy(value)) this.write('a proxy');
    else if (path !== undefined) this.write(`ref(${path})`);
    else if (types.isDate(value)) this.write(dateText(value));
    else if (types.isRegExp(value)) this.write(`/${builtIn(RegExp.prototype, 'source', value) as string}/`);
    else if (types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value)) this.write(`${nameOf(value)}(${bytesOf(value)} bytes)`);
    else if (types.isNativeError(value)) this.write(errorText(value));
    else if (depth >= MAX_DEPTH) this.write('…');
    else if (Array.isArray(value)) this.#enclosed('[', ']', () => this.items(value, depth + 1));
    else if (types.isMap(value)) this.#enclosed(`Map(${builtIn(Map.prototype, 'size', value) as number}) {`, '}', () => this.#entries(value, depth + 1));
    else if (types.isSet(value)) this.#enclosed(`Set(${builtIn(Set.prototype, 'size', value) as number}) {`, '}', () => this.#members(value, depth + 1));
    else this.#fields(value, depth + 1);
  }

  #enclosed(open: string, close: string, inside: () => void): void {
    this.write(open);
    inside();
    this.write(close);
  }

  #entries(map: ReadonlyMap<unknown, unknown>, depth: number): void {
    let separator = ' ';
    for (const [key, item] of Map.prototype.entries.call(map) as Iterable<[unknown, unknown]>) {
      if (this.#isFull) return;
      this.write(separator);
      this.#value(key, depth);
      this.write(' => ');
      this.#value(item, depth);
      separator = ', ';
    }
    if (separator === ', ') this.write(' ');
  }

  #members(set: ReadonlySet<unknown>, depth: number): void {
    let separator = ' ';
    for (const item of Set.prototype.values.call(set) as Iterable<unknown>) {
      if (this.#isFull) return;
      this.write(separator);
      this.#value(item, depth);
      separator = ', ';
    }
    if (separator === ', ') this.write(' ');
  }

  #fields(value: object, depth: number): void {
    const name = nameOf(value);
    this.write(name === 'Object' ? '{' : `${name} {`);
    let separator = ' ';
    for (const key of Object.keys(value)) {
      if (this.#isFull) return;
      this.write(`${separator}${/^[\w$]+$/.test(key) ? key : JSON.stringify(key.slice(0, this.#maxLength + 1))}: `);
      this.#property(Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor, depth);
      separator = ', ';
    }
    this.write(separator === ', ' ? ' }' : '}');
  }

  #property(property: PropertyDescriptor, depth: number): void {
    if (property.get === undefined && property.set === undefined) this.#value(property.value, depth);
    else this.write('[accessor]');
  }
}

/** Beyond that the digits of a bigint take long to find. */
const HUGE = 10n ** 100n;

function dateText(date: Date): string {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? 'an invalid date' : Date.prototype.toISOString.call(date);
}

function errorText(error: Error): string {
  const message: unknown = Object.getOwnPropertyDescriptor(error, 'message')?.value;
  return `${nameOf(error)}: ${typeof message === 'string' ? message : ''}`;
}

/** The name of the class of `value`, if that says it without running anything. */
function nameOf(value: object): string {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null || types.isProxy(prototype)) return 'Object';
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof maker !== 'function' || types.isProxy(maker)) return 'Object';
  const name: unknown = Object.getOwnPropertyDescriptor(maker, 'name')?.value;
  return typeof name === 'string' && name !== '' ? name.slice(0, MAX_NAME) : 'Object';
}

const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as object;

function bytesOf(value: ArrayBufferLike | ArrayBufferView): number {
  const owner = types.isTypedArray(value) ? TYPED_ARRAY : types.isDataView(value) ? DataView.prototype
    : types.isSharedArrayBuffer(value) ? SharedArrayBuffer.prototype : ArrayBuffer.prototype;
  return builtIn(owner, 'byteLength', value) as number;
}

/** What the built-in getter says, whatever stands in front of it. */
function builtIn(owner: object, key: string, value: object): unknown {
  return Reflect.get(owner, key, value);
}
