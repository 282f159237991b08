/** How deep a value of the plain form may be; deeper ones take the graph form, which needs no recursion. */
const MAX_PLAIN_DEPTH = 100;

/** So many characters at most, however long a frame may be: a small integer, which costs nothing to pass on. */
const MAX_PLAIN_TEXT = 2 ** 30;

/** In place of what is left of the text that may be in a value: it isn't plain. */
const NOT_PLAIN = -1;

/**
 * Whether msgpack keeps `value` exactly: null, booleans, undefined, numbers but for -0, regular strings,
 * dense arrays without other properties, plain objects with string keys; a tree, no deeper than {@link
 * MAX_PLAIN_DEPTH}. A value with getters that answer differently each time is beyond this check. May throw
 * what a getter throws.
 *
 * @param maxText How many characters may be in it: longer ones take the graph form, which sees how long a message gets
 *   before it is built.
 */
export function isPlain(value: unknown, maxText = Infinity): boolean {
  return textLeft(value, MAX_PLAIN_DEPTH, undefined, Math.min(maxText, MAX_PLAIN_TEXT)) >= 0;
}

/** {@link isPlain} for a list that is known to be dense, with nothing beside its items. */
export function isPlainList(items: readonly unknown[], maxText: number): boolean {
  return textLeftOfItems(items, MAX_PLAIN_DEPTH, undefined, Math.min(maxText, MAX_PLAIN_TEXT)) >= 0;
}

/**
 * Whether msgpackr gives `text` back: it writes lone surrogates as U+FFFD, and drops a leading byte order
 * mark when it reads long strings.
 */
export function isRegular(text: string): boolean {
  // isWellFormed is in Node 20, and not yet in the ES2023 typings.
  return (text as string & { isWellFormed(): boolean }).isWellFormed() && text.charCodeAt(0) !== 0xfeff;
}

/** The containers below the root that were met so far. Most messages have few: a short list beats a Set. */
class Met {
  #few: object[] = [];
  #many: Set<object> | undefined;

  /** False when `container` was met before. */
  add(container: object): boolean {
    if (this.#many) return this.#many.size < this.#many.add(container).size;
    if (this.#few.includes(container)) return false;
    if (this.#few.push(container) > 16) this.#many = new Set(this.#few);
    return true;
  }
}

// The root needn't be among the met: reaching it again is a cycle, and a cycle ends at the depth limit.
/** How many of the `left` characters may still come after `value`; {@link NOT_PLAIN}. */
function textLeft(value: unknown, depth: number, met: Met | undefined, left: number): number {
  switch (typeof value) {
    case 'string': return value.length <= left && isRegular(value) ? left - value.length : NOT_PLAIN;
    case 'number': return value !== 0 || 1 / value > 0 ? left : NOT_PLAIN;
    case 'boolean': case 'undefined': return left;
    case 'object': break;
    default: return NOT_PLAIN;
  }
  if (value === null) return left;
  if (depth === 0) return NOT_PLAIN;
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) {
    const items = value as readonly unknown[];
    // Holes, or properties beside the items. The values are there, the keys of many items would have to be made.
    if (Object.values(items).length !== items.length) return NOT_PLAIN;
  } else if (prototype !== Object.prototype || Object.hasOwn(value, '__proto__')) return NOT_PLAIN;
  if (Object.getOwnPropertySymbols(value).length > 0) return NOT_PLAIN;
  return prototype === Array.prototype ? textLeftOfItems(value as readonly unknown[], depth, met, left)
    : textLeftOfProperties(value as Readonly<Record<string, unknown>>, depth, met, left);
}

function textLeftOfItems(items: readonly unknown[], depth: number, met: Met | undefined, left: number): number {
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item === 'object' && item !== null && !(met ??= new Met()).add(item)) return NOT_PLAIN;
    left = textLeft(item, depth - 1, met, left);
    if (left < 0) return NOT_PLAIN;
    // A hole here has an outside property to make up for it in the count of keys.
    if (item === undefined && !Object.hasOwn(items, i)) return NOT_PLAIN;
  }
  return left;
}

function textLeftOfProperties(
  value: Readonly<Record<string, unknown>>, depth: number, met: Met | undefined, left: number,
): number {
  for (const key in value) {
    const item = value[key];
    if (typeof item === 'object' && item !== null && !(met ??= new Met()).add(item)) return NOT_PLAIN;
    left -= key.length;
    if (left < 0 || !isRegular(key)) return NOT_PLAIN;
    left = textLeft(item, depth - 1, met, left);
    if (left < 0) return NOT_PLAIN;
  }
  return left;
}

/**
 * Whether the bytes from `start` to `end` are exactly one msgpack value made of what {@link isPlain} lets
 * through. Everything else that msgpackr could make of bytes (extensions, records and their generated code,
 * 64-bit integers, binaries, keys that aren't strings) is told here, before msgpackr sees it. Text that
 * isn't UTF-8 is let pass, and read with U+FFFD.
 */
export function isPlainMsgpack(bytes: Uint8Array, start: number, end: number): boolean {
  const outer: number[] = [];
  let at = start;
  // What is still to be read in this container, doubled; odd inside a map, where a key and a value count
  // one each.
  let left = 2;
  for (;;) {
    while (left < 2) {
      const next = outer.pop();
      if (next === undefined) return at === end;
      left = next;
    }
    left -= 2;
    if (at >= end) return false;
    const isKey = (left & 1) === 1 && (left & 2) === 2;
    const token = bytes[at++] as number; // at < end
    let length = -1; // of a text
    let items = -1; // of a container
    let isMap = false;
    if (token < 0x80 || token >= 0xe0) {
      if (isKey) return false;
    } else if (token < 0x90) {
      items = token & 0x0f;
      isMap = true;
    } else if (token < 0xa0) items = token & 0x0f;
    else if (token < 0xc0) length = token & 0x1f;
    else {
      const size = SIZES[token - 0xc0] as number; // a table of 32
      if (size < 0 || at + size > end) return false;
      switch (token) {
        case 0xd4:
          if (bytes[at] !== 0 || bytes[at + 1] !== 0) return false; // undefined is the one extension
          break;
        case 0xd9: case 0xda: case 0xdb: length = readUint(bytes, at, size); break;
        case 0xdc: case 0xdd: items = readUint(bytes, at, size); break;
        case 0xde: case 0xdf:
          items = readUint(bytes, at, size);
          isMap = true;
      }
      at += size;
    }
    if (length >= 0) {
      if (isKey && length === PROTO.length && isProto(bytes, at)) return false;
      at += length;
      if (at > end) return false;
      continue;
    }
    if (isKey) return false;
    if (items < 0) continue;
    if (items > end - at || outer.push(left) > MAX_PLAIN_DEPTH) return false;
    left = isMap ? items * 4 + 1 : items * 2;
  }
}

/**
 * How many bytes follow each token from 0xc0 on, before the text or the items; -1 for a token that isn't
 * plain.
 */
const SIZES = [
  0, -1, 0, 0, -1, -1, -1, -1, -1, -1, -1, 8, 1, 2, 4, -1, // nil, booleans, float64, uint8 to uint32
  1, 2, 4, -1, 2, -1, -1, -1, -1, 1, 2, 4, 2, 4, 2, 4, // int8 to int32, undefined, texts, arrays, maps
];

function readUint(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + i] as number); // checked by the caller
  return value;
}

const PROTO = Array.from('__proto__', (letter) => letter.charCodeAt(0));

function isProto(bytes: Uint8Array, at: number): boolean {
  return PROTO.every((letter, i) => bytes[at + i] === letter);
}
