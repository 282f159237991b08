import { isDeepStrictEqual } from 'node:util';
import { ERROR_CLASSES } from '../../../core/errors.ts';
import { Money, PaymentError, Sealed } from '../../support/values.ts';
import { isMovable } from '../../../core/sendable.ts';

/** What messages are made of: no decoded object may have another prototype. */
const KNOWN: ReadonlySet<object | null> = new Set<object | null>([
  null,
  ...[
    Object, Array, Map, Set, Date, RegExp, ArrayBuffer, SharedArrayBuffer, DataView, Buffer,
    Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
    BigInt64Array, BigUint64Array,
    Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError, DOMException,
    ...Object.values(ERROR_CLASSES), Money, Sealed, PaymentError,
  ].map(({ prototype }) => prototype as object),
  // Younger than Node 20.
  ...[(globalThis as { Float16Array?: { prototype: object } }).Float16Array?.prototype].filter((each) => each !== undefined),
]);

/** What a message must not change. */
const GUARDED: readonly object[] = [
  Function.prototype, Promise.prototype, String.prototype, Number.prototype, Boolean.prototype, BigInt.prototype, Symbol.prototype,
  Object.getPrototypeOf(Uint8Array.prototype) as object, Object, Array, Error,
  ...[...KNOWN].filter((prototype) => prototype !== null),
];

function picture(owner: object): unknown {
  const properties = Reflect.ownKeys(owner).map((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, key) ?? {};
    return [key, ...Object.entries(descriptor).map(([flag, value]) => [flag, identify(value)])];
  });
  return [properties, identify(Object.getPrototypeOf(owner)), Object.isExtensible(owner)];
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

/** The same for the same object, so that pictures can be compared. */
function identify(value: unknown): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value;
  let identity = identities.get(value);
  if (identity === undefined) identities.set(value, identity = ++lastIdentity);
  return `object ${identity}`;
}

/** What the prototypes of this thread look like now; `changed` says whether they still do. */
export class Prototypes {
  readonly #pictures = GUARDED.map(picture);
  readonly #objectKeys = Reflect.ownKeys(Object.prototype).length;
  readonly #arrayKeys = Reflect.ownKeys(Array.prototype).length;

  /** Quick, and not the whole truth. */
  haveGrown(): boolean {
    return Reflect.ownKeys(Object.prototype).length !== this.#objectKeys
      || Reflect.ownKeys(Array.prototype).length !== this.#arrayKeys;
  }

  /** The first one that isn't what it was. */
  changed(): string | undefined {
    const index = GUARDED.findIndex((owner, i) => !isDeepStrictEqual(picture(owner), this.#pictures[i]));
    return index === -1 ? undefined : String((GUARDED[index] as { constructor?: { name?: unknown } }).constructor?.name);
  }
}

/** The name of a prototype inside `value` that no message has; undefined when there is none. */
export function foreignPrototype(value: unknown): string | undefined {
  const seen = new Set<object>();
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'function' || typeof next === 'symbol') return `a ${typeof next}`;
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    if (isMovable(next)) continue;
    const prototype: object | null = Object.getPrototypeOf(next);
    if (!KNOWN.has(prototype)) return String((prototype as { constructor?: { name?: unknown } }).constructor?.name);
    if (next instanceof Map) open.push(...next.keys(), ...next.values());
    if (next instanceof Set) open.push(...next);
    if (ArrayBuffer.isView(next)) continue;
    for (const key of Reflect.ownKeys(next)) {
      const descriptor = Object.getOwnPropertyDescriptor(next, key);
      if (descriptor?.get !== undefined || descriptor?.set !== undefined) return `an accessor ${String(key)}`;
      open.push(descriptor?.value);
    }
  }
  return undefined;
}
