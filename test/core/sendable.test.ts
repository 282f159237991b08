import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { NotSendableError } from '../../core/errors.ts';
import { checkSendable, kindOf, searchUnsendable } from '../../core/check-sendable.ts';
import { isMovable, MOVABLE, type CheckHandlers, type Unsendable } from '../../core/sendable.ts';

class Money {
  cents = 1;
}

class Ref {
  get [MOVABLE](): true { return true; }
}

function faultOf(value: unknown, check: typeof checkSendable = checkSendable): NotSendableError | undefined {
  try {
    check(value, 'argument 1 of resize');
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(NotSendableError);
    return error as NotSendableError;
  }
}

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

describe('what may be sent', () => {
  const cyclic: Record<string, unknown> = { list: [1, 2] };
  cyclic['self'] = cyclic;
  (cyclic['list'] as unknown[]).push(cyclic);

  const sendable: Record<string, unknown> = {
    'primitives': [undefined, null, true, 1, -0, NaN, 'a', 10n],
    'objects with and without a prototype': [{ a: { b: 1 } }, Object.create(null)],
    'arrays with holes': [Object.assign([], { 0: 1, 2: 3 }), Object.assign([], { 4_000_000_000: 1 })],
    'dates, also invalid ones': [new Date(), new Date(NaN)],
    'regular expressions': /a/g,
    'maps and sets': [new Map([[{ a: 1 }, new Set([1])]])],
    'buffers and views': [new ArrayBuffer(8), new Uint8Array(0), new DataView(new ArrayBuffer(8))],
    'Buffers': Buffer.from('a'),
    'errors of any class': [new Error('x', { cause: new TypeError('y') }), new AggregateError([1])],
    'errors of a class of one\'s own': new (class MyError extends Error {})('x'),
    'reasons of an AbortSignal': AbortSignal.abort().reason,
    'values of another realm': runInNewContext('({ a: [new Map([[1, new Date()]]), new Error("x"), /a/] })'),
    'cycles': cyclic,
  };

  for (const [name, value] of Object.entries(sendable)) {
    it(`allows ${name}`, () => {
      expect(faultOf(value)).toBeUndefined();
      expect(faultOf(value, searchUnsendable)).toBeUndefined();
    });
  }

  it('allows any depth', () => {
    let deep: object = {};
    for (let i = 0; i < 100_000; i++) deep = i % 2 ? { deep } : [deep];

    expect(faultOf(deep)).toBeUndefined();
  });

  it('takes linear time for references that are shared at every level', () => {
    let shared: object = {};
    for (let i = 0; i < 60; i++) shared = { left: shared, right: shared };

    expect(faultOf(shared)).toBeUndefined();
  });

  it('finds a fault at any depth, and names the two ends of a long path', () => {
    let deep: object = { done: () => 1 };
    for (let i = 0; i < 100_000; i++) deep = { deep };

    const path = faultOf(deep)?.path;

    expect(path).toMatch(/^argument 1 of resize → (\.deep){20} … (\.deep){19}\.done$/);
  });
});

describe('what is refused', () => {
  const refused: [name: string, value: unknown, text: string][] = [
    ['a function', () => 1, 'a function; send data, or a ref to call back'],
    ['a class', Money, 'a class'],
    ['a symbol', Symbol('x'), 'a symbol'],
    ['a promise', Promise.resolve(1), 'a promise (await it first)'],
    // oxlint-disable-next-line unicorn/no-thenable -- the subject of the rule
    ['a thenable', new (class { then(): void {} })(), 'a promise (await it first)'],
    ['a WeakMap', new WeakMap(), 'a weak collection'],
    ['a WeakSet', new WeakSet(), 'a weak collection'],
    ['a WeakRef', new WeakRef({}), 'a weak collection'],
    ['a SharedArrayBuffer', new SharedArrayBuffer(8), 'a SharedArrayBuffer'],
    ['a view on one', new Uint8Array(new SharedArrayBuffer(8)), 'a view on a SharedArrayBuffer'],
    ['a detached ArrayBuffer', detached(), 'a detached ArrayBuffer'],
    ['a boxed string', Object('x'), 'a boxed string'],
    ['a boxed number', Object(1), 'a boxed number'],
    ['a boxed bigint', Object(1n), 'a boxed bigint'],
    ['an instance of a class', new Money(), 'an instance of Money (register the class with sendable())'],
    ['a subclass of Map', new (class Bag extends Map {})(), 'an instance of Bag (register the class with sendable())'],
    ['a subclass of Date', new (class Day extends Date {})(), 'an instance of Day (register the class with sendable())'],
    ['a subclass of Array', new (class List extends Array {})(), 'an instance of List (register the class with sendable())'],
    ['a subclass of Uint8Array', new (class Bytes extends Uint8Array {})(1), 'an instance of Bytes (register the class with sendable())'],
    ['what only looks like a Map', Object.create(Map.prototype), 'an instance of Map'],
    ['a generator', (function* () { yield 1; })(), 'a generator'],
    ['an iterator', [1][Symbol.iterator](), 'an iterator'],
  ];

  for (const [name, value, text] of refused) {
    it(`refuses ${name}, by itself and inside`, () => {
      const alone = faultOf(value);
      const inside = faultOf({ options: [{ done: value }] });

      expect(alone?.message).toBe(`Cannot send argument 1 of resize: it is ${text}`);
      expect(alone?.path).toBe('argument 1 of resize');
      expect(inside?.message).toBe(`Cannot send argument 1 of resize → .options[0].done: it is ${text}`);
    });
  }

  it('refuses a view whose bytes are gone', () => {
    const view = new Uint8Array(8);
    structuredClone(view.buffer, { transfer: [view.buffer] });

    expect(faultOf(view)?.message).toContain('a view on a detached ArrayBuffer');
  });

  it('refuses a getter that throws, and keeps what it threw', () => {
    const cause = new Error('no');

    const fault = faultOf({ a: { get b(): never { throw cause; } } });

    expect(fault?.path).toBe('argument 1 of resize → .a.b');
    expect(fault?.cause).toBe(cause);
  });

  it('refuses a symbol for a key when it searches', () => {
    const fault = faultOf({ a: { [Symbol('x')]: 1 } }, searchUnsendable);

    expect(fault?.path).toBe('argument 1 of resize → .a[Symbol(x)]');
  });

  it('looks into errors: their own fields, cause and errors', () => {
    const fail = (): number => 1;

    expect(faultOf(Object.assign(new Error('x'), { request: fail }))?.path).toMatch(/→ \.request$/);
    expect(faultOf(new Error('x', { cause: fail }))?.path).toMatch(/→ \.cause$/);
    expect(faultOf(new AggregateError([fail]))?.path).toMatch(/→ \.errors\[0\]$/);
  });
});

describe('the path of a fault', () => {
  const no = (): number => 1;
  const paths: [value: unknown, path: string][] = [
    [[[no]], '[0][0]'],
    [{ 'odd key': no }, '["odd key"]'],
    [{ 0: no }, '["0"]'],
    [{ größe: no }, '.größe'],
    [new Map([['k', no]]), '.get("k")'],
    [new Map([[1, { a: no }]]), '.get(1).a'],
    [new Map([[no, 1]]), '.keys()[0]'],
    [new Set([1, no]), '.values()[1]'],
    [Object.assign([1], { total: no }), '.total'],
  ];

  for (const [value, path] of paths) {
    it(`says ${path}`, () => {
      expect(faultOf(value, searchUnsendable)?.path).toBe(`argument 1 of resize → ${path}`);
    });
  }

  it('leads to the planted fault in any tree', () => {
    const step = fc.oneof(fc.nat(4), fc.string());
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 200 }), (steps) => {
      let value: unknown = no;
      for (const one of steps.toReversed()) {
        const filler = { left: [1, 'a', null] };
        if (typeof one === 'number') value = [...Array.from({ length: one }, () => filler), value, filler];
        else value = Object.defineProperty({ filler }, one, { value, enumerable: true, configurable: true });
      }
      const said = steps.map((one) => (typeof one === 'number' ? `[${one}]`
        : /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(one) ? `.${one}` : `[${JSON.stringify(one)}]`));
      const shown = said.length > 40 ? [...said.slice(0, 20), ' … ', ...said.slice(-20)] : said;

      expect(faultOf(value)?.path).toBe(`argument 1 of resize → ${shown.join('')}`);
    }));
  });
});

describe('movables', () => {
  it('are handed to the visitor, wherever they are', () => {
    const refs = [new Ref(), new Ref(), new Ref()];
    const seen = new Set<object>();

    checkSendable({ a: refs[0], b: [refs[1]], c: new Map([[refs[2], 1]]) }, 'x', (ref) => {
      seen.add(ref);
      return undefined;
    });

    expect(seen).toEqual(new Set(refs));
    expect(refs.every(isMovable)).toBe(true);
    expect(kindOf(new Ref())).toBe('movable');
  });

  it('may be refused by the visitor, and the error names the place', () => {
    const value = { a: [new Ref()] };
    const refused = (): void => checkSendable(value, 'x', () => 'a ref of another system');

    expect(refused).toThrow(expect.objectContaining({ message: 'Cannot send x → .a[0]: it is a ref of another system' }));
  });

  it('are not the only ones that it decides about: shared memory may go where it says so', () => {
    const value = { memory: new SharedArrayBuffer(8), view: new Int32Array(new SharedArrayBuffer(8)) };

    checkSendable(value, 'x', () => undefined);
    expect(() => checkSendable(value, 'x', () => 'shared memory')).toThrow(/x → .memory: it is shared memory/);
  });
});

describe('what the compiler sees', () => {
  it('names the place that cannot leave its thread', () => {
    const fine: Unsendable<{ a: Date; b: Map<string, number[]> }, 'x'>[] = [];
    const wrong: Unsendable<{ a: { b: () => void } }, 'x'> = 'x.a.b: a function cannot leave its thread';
    const checked: CheckHandlers<{ add(ctx: unknown, by: () => void): void }>['add'] =
      'argument of \'add\': a function cannot leave its thread';

    expect([fine.length, wrong, checked]).toHaveLength(3);
  });
});
