import { isDeepStrictEqual } from 'node:util';
import type { Sendable } from '../../index.ts';
import { SENDABLE, sendable } from '../../index.ts';

/** A class whose instances travel, with methods and an accessor. */
export class Money implements Sendable {
  declare readonly [SENDABLE]: true;
  readonly currency: string;
  cents: number;
  readonly history: unknown[] = [];

  constructor(currency: string, cents: number) {
    this.currency = currency;
    this.cents = cents;
  }

  get amount(): number { return this.cents / 100; }

  plus({ cents }: Money): Money { return new Money(this.currency, this.cents + cents); }
}
sendable(import.meta, Money);

/** One that says itself what it is made of. */
export class Sealed {
  readonly #parts: readonly unknown[];

  constructor(parts: readonly unknown[]) { this.#parts = parts; }

  get parts(): readonly unknown[] { return this.#parts; }
}
sendable(import.meta, Sealed, { toData: ({ parts }) => parts, fromData: (parts: readonly unknown[]) => new Sealed(parts) });

/** An error that stays of its class. */
export class PaymentError extends Error {
  readonly code = 'E_PAYMENT';
  readonly due: Money;

  constructor(message: string, due: Money) {
    super(message);
    this.due = due;
  }
}
sendable(import.meta, PaymentError);

/** One value of every kind that may be sent, made anew by each call: the same on every host. */
export const VALUES: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  booleans: () => [true, false],
  numbers: () => [0, 1, -1, 255, 65_536, 2 ** 31, 2 ** 32 + 1, -(2 ** 40), 2 ** 53, 1.5, -0.1, 1e300, 5e-324],
  'not a number': () => Number.NaN,
  infinities: () => [Infinity, -Infinity],
  'minus zero': () => -0,
  'minus zero inside': () => ({ a: [-0, 0] }),
  bigints: () => [0n, 1n, -1n, 2n ** 63n, -(2n ** 64n), 2n ** 200n],
  texts: () => ['', 'a', 'ä', '€', '🎭', 'x'.repeat(10_000), '\0', '\u2028'],
  'lone surrogates': () => ['\ud800', 'a\udc00b'],
  objects: () => ({ a: 1, 'odd key': { b: [] }, 7: 'seven', '': 0 }),
  'undefined in an object': () => ({ a: undefined, b: 1 }),
  'an own __proto__': () => Object.defineProperty({}, '__proto__', { value: 1, enumerable: true, configurable: true, writable: true }),
  'an object without a prototype': () => Object.assign(Object.create(null) as object, { a: 1 }),
  arrays: () => [[], [1, [2, [3]]], [undefined, null]],
  'a sparse array': () => {
    const array = new Array<number>(5);
    array[1] = 1;
    return array;
  },
  dates: () => [new Date(0), new Date(1_700_000_000_123), new Date(-8.64e15)],
  'an invalid date': () => new Date(Number.NaN),
  'regular expressions': () => {
    const sticky = /a(b)?/giy;
    sticky.lastIndex = 2;
    return [/x/u, sticky];
  },
  maps: () => new Map<unknown, unknown>([['a', 1], [{ k: 1 }, new Map([[1, 2]])], [Number.NaN, -0]]),
  sets: () => new Set<unknown>([1, 'a', new Set([undefined])]),
  'typed arrays': () => [
    new Int8Array([1, -1]), new Uint8Array([1, 255]), new Uint8ClampedArray([300]), new Int16Array([-2]), new Uint16Array([3]),
    new Int32Array([-4]), new Uint32Array([4_000_000_000]), new Float32Array([0.5]), new Float64Array([Math.PI, -0]),
    new BigInt64Array([-1n]), new BigUint64Array([1n]), new Float64Array(0),
  ],
  'a view into a buffer': () => new Uint16Array(new Uint16Array([1, 2, 3, 4]).buffer, 2, 2),
  'a data view': () => new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 2),
  'an array buffer': () => new Uint8Array([1, 2, 3]).buffer,
  buffers: () => [Buffer.from('hello'), Buffer.alloc(0), Buffer.alloc(100_000, 7)],
  'a cycle': () => {
    const node: { self?: unknown; list: unknown[] } = { list: [] };
    node.self = node;
    node.list.push(node.list, node);
    return node;
  },
  'a shared part': () => {
    const part = { n: 1 };
    return { a: part, b: [part, part] };
  },
  errors: () => {
    const cause = withStack(new TypeError('inner'));
    const error = withStack(new RangeError('outer', { cause }));
    return Object.assign(error, { code: 'E_CODE', detail: { list: [1, new Date(0)] } });
  },
  'what a getter gives': () => ({ get amount() { return 3; } }),
  'what a proxy of a plain object shows': () => {
    return new Proxy({ a: 1 }, { get: (target, key) => key === 'a' ? 2 : Reflect.get(target, key) as unknown });
  },
  'instances of registered classes': () => {
    const money = new Money('EUR', 150);
    money.history.push(money, new Map([['first', new Money('EUR', 1)]]));
    return [money, { again: money }];
  },
  'an instance that says what it is made of': () => new Sealed([1, new Date(0), new Sealed([new Money('EUR', 2)])]),
  'an error of a registered class': () => withStack(new PaymentError('not paid', new Money('EUR', 150))),
  'an aggregate error': () => withStack(new AggregateError([withStack(new Error('a')), 'b', 3], 'many')),
};

/** Whether two values are the same to the last detail. */
export function isSame(a: unknown, b: unknown): boolean {
  // Node 20 holds that two invalid dates differ.
  if (a instanceof Sealed && b instanceof Sealed) return isSame(a.parts, b.parts);
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  return isDeepStrictEqual(a, b);
}

/** A stack that is the same wherever it is made. */
function withStack<E extends Error>(error: E): E {
  error.stack = `${error.name}: ${error.message}\n    at nowhere (file:1:1)`;
  return error;
}

/** What may not be sent, and the place and kind that the refusal names. */
export const UNSENDABLE: Readonly<Record<string, { make(): unknown; path: string; kind: RegExp }>> = {
  'a function': { make: () => ({ options: { done: () => undefined } }), path: '.options.done', kind: /a function/ },
  'a class': { make: () => [class Thing { readonly n = 1; }], path: '[0]', kind: /class|function/ },
  'a symbol': { make: () => ({ key: Symbol('s') }), path: '.key', kind: /a symbol/ },
  'a promise': { make: () => ({ soon: Promise.resolve() }), path: '.soon', kind: /promise/ },
  'a weak map': { make: () => ({ weak: new WeakMap() }), path: '.weak', kind: /WeakMap|weak/ },
  'an instance of a class': { make: () => ({ list: [1, new (class Coin { readonly amount = 1; })()] }), path: '.list[1]', kind: /an instance of Coin \(register the class with sendable\(\)\)/ },
  'a boxed number': { make: () => ({ boxed: Object(1) as object }), path: '.boxed', kind: /Number|boxed/ },
  'a generator': { make: () => ({ items: (function* items() { yield 1; })() }), path: '.items', kind: /./ },
  'a detached buffer': { make: () => ({ bytes: detached() }), path: '.bytes', kind: /a detached ArrayBuffer/ },
  'a view on a detached buffer': { make: () => ({ bytes: viewOnDetached() }), path: '.bytes', kind: /detached/ },
  'a getter that throws': {
    make: () => ({ get amount() { throw new Error('no'); } }), path: '.amount', kind: /a getter that throws/,
  },
  'a proxy that throws': {
    make: () => ({ proxy: new Proxy({}, { getPrototypeOf() { throw new Error('no'); } }) }),
    path: '.proxy', kind: /throws when it is looked at/,
  },
  'something in a map': { make: () => ({ map: new Map([['k', () => 1]]) }), path: '.map', kind: /a function/ },
};

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

function viewOnDetached(): Uint8Array {
  const view = new Uint8Array(8);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}
