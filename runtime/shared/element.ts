import { invalidOption } from '../../core/errors.ts';

/** The typed array of each type of elements. */
interface Views {
  int8: Int8Array<SharedArrayBuffer>;
  uint8: Uint8Array<SharedArrayBuffer>;
  int16: Int16Array<SharedArrayBuffer>;
  uint16: Uint16Array<SharedArrayBuffer>;
  int32: Int32Array<SharedArrayBuffer>;
  uint32: Uint32Array<SharedArrayBuffer>;
  int64: BigInt64Array<SharedArrayBuffer>;
  uint64: BigUint64Array<SharedArrayBuffer>;
  float32: Float32Array<SharedArrayBuffer>;
  float64: Float64Array<SharedArrayBuffer>;
}

/** What shared memory may hold. */
export type ElementType = keyof Views;

/** One element, as it is read and written. */
export type ElementOf<K extends ElementType> = K extends 'int64' | 'uint64' ? bigint : number;

export type ViewOf<K extends ElementType> = Views[K];

type AnyView = Views[ElementType];

interface Kind {
  readonly bytes: number;
  readonly View: new (memory: SharedArrayBuffer, offset: number, length: number) => AnyView;
  readonly min: number | bigint;
  readonly max: number | bigint;
}

const KINDS: { readonly [K in ElementType]: Kind } = {
  int8: { bytes: 1, View: Int8Array, min: -(2 ** 7), max: 2 ** 7 - 1 },
  uint8: { bytes: 1, View: Uint8Array, min: 0, max: 2 ** 8 - 1 },
  int16: { bytes: 2, View: Int16Array, min: -(2 ** 15), max: 2 ** 15 - 1 },
  uint16: { bytes: 2, View: Uint16Array, min: 0, max: 2 ** 16 - 1 },
  int32: { bytes: 4, View: Int32Array, min: -(2 ** 31), max: 2 ** 31 - 1 },
  uint32: { bytes: 4, View: Uint32Array, min: 0, max: 2 ** 32 - 1 },
  int64: { bytes: 8, View: BigInt64Array, min: -(2n ** 63n), max: 2n ** 63n - 1n },
  uint64: { bytes: 8, View: BigUint64Array, min: 0n, max: 2n ** 64n - 1n },
  float32: { bytes: 4, View: Float32Array, min: -Infinity, max: Infinity },
  float64: { bytes: 8, View: Float64Array, min: -Infinity, max: Infinity },
};

/** @throws {TypeError} There is no such type. */
export function checkElementType(type: unknown): ElementType {
  if (typeof type === 'string' && Object.hasOwn(KINDS, type)) return type as ElementType;
  throw invalidOption('the type of shared memory', type, Object.keys(KINDS).map((each) => `"${each}"`).join(', '));
}

export function elementBytes(type: ElementType): number {
  return KINDS[type].bytes;
}

export function viewOf<K extends ElementType>(type: K, memory: SharedArrayBuffer, offset: number, length: number): ViewOf<K> {
  return new KINDS[type].View(memory, offset, length) as ViewOf<K>;
}

/** @throws {TypeError} No element of this type is like that: it would become another one without a word. */
export function checkElement<K extends ElementType>(type: K, value: unknown, what: string): ElementOf<K> {
  const { min, max } = KINDS[type];
  if (isOfType(type, value) && (isFloat(type) || (value >= min && value <= max))) return value;
  throw invalidOption(what, value, isFloat(type) ? 'a number' : `a whole number from ${min} to ${max}${typeof min === 'bigint' ? ', as a bigint' : ''}`);
}

/** As {@link checkElement}, but without limits: what is added to an element may be of any size, and negative. */
export function checkStep<K extends ElementType>(type: K, value: unknown): ElementOf<K> {
  if (isOfType(type, value)) return value;
  throw invalidOption('what is added', value, isFloat(type) ? 'a number' : typeof KINDS[type].min === 'bigint' ? 'a bigint' : 'a whole number');
}

export function isFloat(type: ElementType): boolean {
  return type === 'float32' || type === 'float64';
}

function isOfType<K extends ElementType>(type: K, value: unknown): value is ElementOf<K> {
  return typeof value === typeof KINDS[type].min && (typeof value === 'bigint' || isFloat(type) || Number.isInteger(value));
}
