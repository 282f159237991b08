/** A view on an ArrayBuffer, or the ArrayBuffer itself, in a message; `id` is its node. */
export interface Shown { readonly id: number; readonly value: ArrayBufferLike | ArrayBufferView }

/**
 * A stretch of an ArrayBuffer that travels, and becomes an ArrayBuffer of its own with `lead` zero bytes
 * before it.
 */
export interface Stretch {
  readonly bytes: Uint8Array;
  readonly lead: number;
  /** Those shown on it, with their place in the new ArrayBuffer. */
  readonly shown: readonly (Shown & { readonly at: number })[];
}

/** The name that a view is sent under, e.g. `Float64Array`; a Buffer is called one. */
export function viewName(view: ArrayBufferView): string {
  if (Buffer.isBuffer(view)) return 'Buffer';
  return Object.prototype.toString.call(view).slice('[object '.length, -1);
}

/** Whether `name` is a kind of view that this platform has. */
export function elementSize(name: string): number | undefined {
  return name === 'Buffer' || name === 'DataView' ? 1 : makerOf(name)?.BYTES_PER_ELEMENT;
}

/** @throws {RangeError} The place isn't inside `buffer`, or not aligned. */
export function makeView(
  name: string, buffer: ArrayBufferLike, at: number, length: number,
): ArrayBufferView | undefined {
  if (name === 'Buffer') return Buffer.from(buffer, at, length);
  if (name === 'DataView') return new DataView(buffer, at, length);
  const Maker = makerOf(name);
  return Maker && new Maker(buffer, at, length);
}

interface ViewMaker {
  new (buffer: ArrayBufferLike, at: number, length: number): ArrayBufferView;
  readonly BYTES_PER_ELEMENT: number;
}

/** Float16Array is younger than Node 20: looked up by name. */
const TYPED_ARRAYS: ReadonlySet<string> = new Set([
  'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array',
  'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array',
]);

function makerOf(name: string): ViewMaker | undefined {
  return TYPED_ARRAYS.has(name) ? (globalThis as unknown as { [name: string]: ViewMaker })[name] : undefined;
}

/** The memory that `value` is, or shows. */
export function memoryOf(value: ArrayBufferLike | ArrayBufferView): ArrayBufferLike {
  return ArrayBuffer.isView(value) ? value.buffer : value;
}

/**
 * Which bytes travel. A view takes along the bytes that it shows and no others: neither the rest of Node's
 * pool under a small Buffer nor the WebAssembly memory under a Float32Array. Views that overlap share one
 * ArrayBuffer on arrival; an ArrayBuffer that is itself in the message travels whole, and all views on it
 * share it.
 */
export function stretches(shown: readonly Shown[]): Stretch[] {
  const byBuffer = new Map<ArrayBufferLike, Shown[]>();
  for (const one of shown) {
    const buffer = memoryOf(one.value);
    const others = byBuffer.get(buffer);
    if (others) others.push(one);
    else byBuffer.set(buffer, [one]);
  }
  return [...byBuffer].flatMap(([buffer, group]) => stretchesOf(buffer, group));
}

function stretchesOf(buffer: ArrayBufferLike, group: readonly Shown[]): Stretch[] {
  const ranges = group.map((one) => ({ ...one, ...rangeOf(one.value) }))
    .toSorted((a, b) => a.start - b.start);
  const isWhole = group.some(({ value }) => !ArrayBuffer.isView(value));
  const found: { start: number; end: number; members: typeof ranges }[] = [];
  for (const range of ranges) {
    const last = found.at(-1);
    if (last && (isWhole || range.start < last.end)) {
      last.members.push(range);
      last.end = Math.max(last.end, range.end);
    } else found.push({ start: range.start, end: range.end, members: [range] });
  }
  return found.map(({ start, end, members }) => {
    // Zeros in front keep the wider elements aligned as they were.
    const lead = start % Math.max(...members.map(({ value }) => alignment(value)));
    return {
      bytes: new Uint8Array(buffer, start, end - start),
      lead,
      shown: members.map((one) => ({ id: one.id, value: one.value, at: one.start - start + lead })),
    };
  });
}

function rangeOf(value: ArrayBufferLike | ArrayBufferView): { start: number; end: number } {
  return ArrayBuffer.isView(value) ? { start: value.byteOffset, end: value.byteOffset + value.byteLength }
    : { start: 0, end: value.byteLength };
}

function alignment(value: ArrayBufferLike | ArrayBufferView): number {
  return (value as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1; // of typed arrays alone
}
