import type { Movable, Sendable } from '../../core/sendable.ts';
import { isPrimitive } from '../../core/check-sendable.ts';

/** What a snapshot has as it is. */
type Whole = Movable | Sendable | Date | RegExp | Error | ArrayBuffer | SharedArrayBuffer | ArrayBufferView;

/** A value of which no part can be changed: what shared state gives out. */
export type DeepReadonly<T> =
  T extends Whole ? T
  : T extends ReadonlyMap<infer K, infer V> ? ReadonlyMap<DeepReadonly<K>, DeepReadonly<V>>
  : T extends ReadonlySet<infer V> ? ReadonlySet<DeepReadonly<V>>
  : T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T;

/** What may be given to shared state: what has come out of it, too. */
export type Given<T> = T | DeepReadonly<T>;

/**
 * `value` if it is frozen through and through, else a copy that is. Maps, sets, dates, patterns and bytes can't be frozen: nobody else has those of
 * the copy. Refs, shared memory, errors and instances of registered classes are in it as they are.
 */
export function frozen<T>(value: T): DeepReadonly<T> {
  return (isPrimitive(value) || isFrozen(value) ? value : frozenCopy(value)) as DeepReadonly<T>;
}

// Lists of what is left to do, no recursion: a value may be as deep as a message may be, and have cycles.

function isFrozen(value: unknown): boolean {
  const found = new Set([value]);
  for (const each of found) {
    switch (kindOf(each)) {
      case 'whole': continue;
      case 'changing': return false;
      case 'object': case 'array':
        if (!Object.isFrozen(each) || hasGetter(each as object)) return false;
        for (const part of Object.values(each as object)) if (!isPrimitive(part)) found.add(part);
    }
  }
  return true;
}

/** Whether a part may be another one each time. Lists have none, and would take long. */
function hasGetter(value: object): boolean {
  return !Array.isArray(value) && Reflect.ownKeys(value).some((key) => Object.getOwnPropertyDescriptor(value, key)?.get !== undefined);
}

function frozenCopy(value: unknown): unknown {
  const copies = new Map<unknown, unknown>();
  const copyOf = (each: unknown): unknown => {
    if (kindOf(each) === 'whole') return each;
    if (!copies.has(each)) copies.set(each, emptyCopy(each as object)); // all others are objects
    return copies.get(each);
  };
  const copy = copyOf(value);
  // What is found on the way stands behind.
  for (const [original, itsCopy] of copies) fill(original, itsCopy, copyOf);
  return copy;
}

/** What holds others can be frozen, or goes on changing; all the rest is taken as a whole. */
function kindOf(value: unknown): 'whole' | 'object' | 'array' | 'changing' {
  if (isPrimitive(value)) return 'whole';
  switch (Object.getPrototypeOf(value)) {
    case Object.prototype: case null: return 'object';
    case Array.prototype: return 'array';
    case Map.prototype: case Set.prototype: case Date.prototype: case RegExp.prototype: case ArrayBuffer.prototype: return 'changing';
    default: return ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? 'changing' : 'whole';
  }
}

/** A copy without what it holds. */
function emptyCopy(of: object): object {
  if (Array.isArray(of)) return new Array<unknown>(of.length);
  if (of instanceof Map) return new Map();
  if (of instanceof Set) return new Set();
  if (of instanceof Date) return new Date(of.getTime());
  if (of instanceof RegExp) return new RegExp(of);
  if (of instanceof ArrayBuffer) return of.slice(0);
  if (of instanceof DataView) return new DataView((of.buffer as ArrayBuffer).slice(of.byteOffset, of.byteOffset + of.byteLength));
  // The one method is that of all typed arrays; a buffer's own doesn't copy.
  if (ArrayBuffer.isView(of)) return Uint8Array.prototype.slice.call(of);
  return Object.create(Object.getPrototypeOf(of) as object | null) as object;
}

function fill(original: unknown, copy: unknown, copyOf: (each: unknown) => unknown): void {
  if (original instanceof Map) {
    for (const [key, item] of original) (copy as Map<unknown, unknown>).set(copyOf(key), copyOf(item));
  } else if (original instanceof Set) {
    for (const item of original) (copy as Set<unknown>).add(copyOf(item));
  } else if (kindOf(original) !== 'changing') {
    // Not by assignment: a key may be `__proto__`.
    for (const [key, item] of Object.entries(original as object)) Object.defineProperty(copy, key, { value: copyOf(item), enumerable: true });
    Object.freeze(copy);
  }
}
