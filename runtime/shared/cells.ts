import type { ElementOf, ElementType, ViewOf } from './element.ts';
import { checkElement, checkStep, isFloat, viewOf } from './element.ts';

/** What shared memory is read and changed by: each call is one step, whatever other threads do. They throw where there is no element. */
export interface Cells<V> {
  load(at: number): V;
  store(at: number, value: V): void;
  /** Returns what was there before, as the two below. */
  add(at: number, by: V): V;
  exchange(at: number, value: V): V;
  compareExchange(at: number, expected: V, replacement: V): V;
}

export function cellsOn<K extends ElementType>(type: K, view: ViewOf<K>): Cells<ElementOf<K>> {
  const cells = isFloat(type) ? new FloatCells(type as 'float64', view as ViewOf<'float64'>) : new IntegerCells(type as 'int32', view as ViewOf<'int32'>);
  return cells as unknown as Cells<ElementOf<K>>;
}

/** What Atomics has instructions for; of all integers alike, whatever the types say. */
class IntegerCells implements Cells<number> {
  readonly #type: 'int32';
  readonly #view: ViewOf<'int32'>;

  constructor(type: 'int32', view: ViewOf<'int32'>) {
    this.#type = type;
    this.#view = view;
  }

  load(at: number): number { return Atomics.load(this.#view, at); }

  store(at: number, value: number): void { Atomics.store(this.#view, at, checkElement(this.#type, value, 'the value')); }

  add(at: number, by: number): number { return Atomics.add(this.#view, at, checkStep(this.#type, by)); }

  exchange(at: number, value: number): number { return Atomics.exchange(this.#view, at, checkElement(this.#type, value, 'the value')); }

  compareExchange(at: number, expected: number, replacement: number): number {
    checkElement(this.#type, expected, 'what is expected');
    return Atomics.compareExchange(this.#view, at, expected, checkElement(this.#type, replacement, 'the replacement'));
  }
}

/** Floats, by their bits: Atomics knows integers alone. */
class FloatCells implements Cells<number> {
  readonly #type: 'float64';
  // Bits are a number or a bigint, as wide as the float.
  readonly #view: ViewOf<'int32'>;
  readonly #float: { 0: number };
  readonly #bits: { 0: number };

  constructor(type: 'float64', { buffer, byteOffset, length }: ViewOf<'float64'>) {
    this.#type = type;
    const scratch = new SharedArrayBuffer(8);
    this.#float = viewOf(type, scratch, 0, 1) as unknown as { 0: number };
    const wide = type === 'float64' ? 'int64' : 'int32';
    this.#bits = viewOf(wide, scratch, 0, 1) as unknown as { 0: number };
    this.#view = viewOf(wide, buffer, byteOffset, length) as ViewOf<'int32'>;
  }

  load(at: number): number { return this.#fromBits(Atomics.load(this.#view, at)); }

  store(at: number, value: number): void { Atomics.store(this.#view, at, this.#toBits(value, 'the value')); }

  add(at: number, by: number): number {
    checkStep(this.#type, by);
    for (;;) {
      const bits = Atomics.load(this.#view, at);
      const before = this.#fromBits(bits);
      if (Atomics.compareExchange(this.#view, at, bits, this.#toBits(before + by, 'the sum')) === bits) return before;
    }
  }

  exchange(at: number, value: number): number { return this.#fromBits(Atomics.exchange(this.#view, at, this.#toBits(value, 'the value'))); }

  compareExchange(at: number, expected: number, replacement: number): number {
    const bits = this.#toBits(expected, 'what is expected');
    return this.#fromBits(Atomics.compareExchange(this.#view, at, bits, this.#toBits(replacement, 'the replacement')));
  }

  #toBits(value: number, what: string): number {
    this.#float[0] = checkElement(this.#type, value, what);
    return this.#bits[0];
  }

  #fromBits(bits: number): number {
    this.#bits[0] = bits;
    return this.#float[0];
  }
}
