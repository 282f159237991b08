import fc from 'fast-check';
import { isDeepStrictEqual, types } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  ActorCrashedError, ActorError, AskTimeoutError, NotSendableError, ProtocolError,
} from '../../core/errors.ts';
import { MOVABLE } from '../../core/sendable.ts';
import { Codec, toSendableError } from '../../runtime/wire/codec.ts';

class Ref {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }

  get [MOVABLE](): true { return true; }
}

const codec = new Codec({
  encode: (movable) => ['ref', (movable as Ref).id],
  decode: (data) => {
    if (Array.isArray(data) && data[0] === 'ref' && typeof data[1] === 'number') return new Ref(data[1]);
    throw new ProtocolError('no ref');
  },
});

function trip<T>(value: T): T {
  return codec.decode(codec.encode(value, 'it')) as T; // the same value, by the rule under test
}

/** Node's deep equality sees -0, holes, prototypes and cycles; two invalid dates differ for Node 20. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}

describe('a value that has travelled', () => {
  const values: Record<string, unknown> = {
    'undefined': undefined,
    'null': null,
    'numbers': [0, -0, 1.5, -1, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, -(2 ** 40), 2 ** 53 + 2, 5e-324],
    'bigints of any size': [0n, -1n, 2n ** 64n, -(2n ** 200n), 255n],
    'texts': ['', 'a'.repeat(100_000), 'ü✓😀', '\0', 'é'.repeat(40)],
    'lone surrogates and byte order marks': ['\ud800', 'a\udc00b', `\ufeff${'b'.repeat(100)}`],
    'texts for keys': { '\ud800': 1, '': 2, '\ufeffa': 3, 'ü': 4, '10': 5, 'a b': 6 },
    'undefined fields': { a: undefined, b: [undefined] },
    'dates': [new Date(0), new Date(NaN), new Date(8.64e15), new Date(-8.64e15), new Date(-1)],
    'regular expressions': [/a/, /[/\]]\/ü/giu, new RegExp('')],
    'maps': new Map<unknown, unknown>([[1, 'a'], ['1', 'b'], [NaN, 1], [undefined, null], [{}, new Map()]]),
    'sets': new Set<unknown>([1, '1', -0, new Set([[]])]),
    'holes': [Object.assign([], { 0: 1, 2: 3 }), new Array(5), Object.assign([], { 1: undefined })],
    'a long array of holes': Object.assign([], { 4_000_000_000: 1 }),
    'fields of an array': [Object.assign([1, 2], { total: 3 }), 'abc'.match(/(?<x>b)/)],
    'own __proto__ fields': JSON.parse('{"__proto__": {"a": 1}, "b": {"__proto__": 2}}'),
    'objects without a prototype': Object.assign(Object.create(null), { a: 1 }),
    'fields named like methods': { constructor: 'a', hasOwnProperty: 'b', toJSON: 'c', toString: 1 },
    'an object with many fields': Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`k${i}`, i])),
    'buffers': [new ArrayBuffer(0), new Uint8Array([1, 2, 3]).buffer, Buffer.from('abc')],
    'errors': [new TypeError('x'), new Error('', { cause: undefined }), new AggregateError([new Error('y')])],
  };

  for (const [name, value] of Object.entries(values)) {
    it(`is the same: ${name}`, () => {
      expectSame(trip(value), value);
      expectSame(trip({ a: [value] }), { a: [value] });
    });
  }

  const viewNames = [
    'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array',
    'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'DataView', 'Buffer',
  ];
  it('keeps each kind of view', () => {
    for (const name of viewNames) {
      type Maker = new (buffer: ArrayBuffer, at: number, length: number) => object;
      const Maker = Reflect.get(globalThis, name) as Maker | undefined;
      if (!Maker) continue; // Float16Array on older platforms
      const buffer = new Uint8Array(Array.from({ length: 64 }, (_, i) => i)).buffer;
      const view = name === 'Buffer' ? Buffer.from(buffer, 16, 3) : new Maker(buffer, 16, 3);

      const arrived = trip(view);

      expect(Object.getPrototypeOf(arrived)).toBe(Object.getPrototypeOf(view));
      expectSame(arrived, view);
    }
  });

  it('keeps lastIndex of a regular expression', () => {
    const regexp = /a/g;
    regexp.lastIndex = 3;

    expect(trip(regexp).lastIndex).toBe(3);
  });

  it('keeps shared references and cycles', () => {
    const shared = { n: 1 };
    const value: Record<string, unknown> = { a: shared, b: [shared], map: new Map(), set: new Set() };
    value['self'] = value;
    value['error'] = new Error('x');
    (value['map'] as Map<unknown, unknown>).set(value, shared);
    (value['set'] as Set<unknown>).add(value);
    (value['error'] as Error).cause = value['error'];

    const arrived = trip(value);

    expect(arrived['self']).toBe(arrived);
    expect(arrived['a']).toBe((arrived['b'] as unknown[])[0]);
    expect([...(arrived['map'] as Map<unknown, unknown>)][0]).toEqual([arrived, arrived['a']]);
    expect((arrived['set'] as Set<unknown>).has(arrived)).toBe(true);
    expect((arrived['error'] as Error).cause).toBe(arrived['error']);
    expect(trip([shared, shared])[0]).toStrictEqual(shared);
  });

  it('may be 100,000 levels deep', () => {
    let deep: unknown = 'bottom';
    for (let i = 0; i < 100_000; i++) deep = { deep };

    let arrived = trip(deep);
    let levels = 0;
    for (; typeof arrived === 'object'; levels++) arrived = (arrived as { deep: unknown }).deep;

    expect([levels, arrived]).toEqual([100_000, 'bottom']);
  });

  it('has its movables as their codec gives them', () => {
    const ref = new Ref(7);

    const arrived = trip({ a: ref, b: [ref] });

    expect(arrived.a).toEqual(ref);
    expect(arrived.b[0]).toBe(arrived.a);
  });
});

describe('bytes that travel', () => {
  it('are those that a view shows, and no others', () => {
    const memory = new ArrayBuffer(1 << 20);

    expect(codec.encode(Buffer.from('abc'), 'it').length).toBeLessThan(64);
    expect(codec.encode(new Float32Array(memory, 4096, 4), 'it').length).toBeLessThan(64);
    expect(trip(new Float32Array(memory, 4096, 4)).buffer.byteLength).toBe(16);
  });

  it('are shared on arrival by views that overlap', () => {
    const memory = new ArrayBuffer(64);

    const { a, b, c } = trip({
      a: new Uint8Array(memory, 3, 21), b: new Float64Array(memory, 8, 1), c: new Int8Array(memory, 40),
    });

    b[0] = 1.5;
    expect(a.buffer).toBe(b.buffer);
    expect([...a.subarray(5, 13)]).toEqual([...new Uint8Array(new Float64Array([1.5]).buffer)]);
    expect(c.buffer).not.toBe(a.buffer);
  });

  it('are shared with an ArrayBuffer that is in the message itself', () => {
    const memory = new ArrayBuffer(64);

    const { whole, views } = trip({
      whole: memory,
      views: [new Int8Array(memory, 60), new Int8Array(memory, 1, 1), new Int8Array(memory, 9, 0)],
    });

    expect(views.map(({ buffer }) => buffer === whole)).toEqual([true, true, true]);
    expect(views.map(({ byteOffset }) => byteOffset)).toEqual([60, 1, 9]);
  });

  it('keep neither the frame nor the slab alive', () => {
    const bytes = codec.encode({ a: 'x'.repeat(1 << 20), b: Buffer.from('abc') }, 'it');

    const { b } = codec.decode(bytes) as { b: Buffer };

    expect(b.buffer.byteLength).toBe(3);
    expect(codec.encode({ a: 'y' }, 'it').buffer.byteLength).toBeLessThanOrEqual(64 * 1024);
  });

  it('stay as they are while others are encoded', () => {
    const frames = Array.from({ length: 2000 }, (_, i) => codec.encode({ i, text: 'x'.repeat(i) }, 'it'));

    frames.forEach((frame, i) => expect((codec.decode(frame) as { i: number }).i).toBe(i));
  });
});

describe('an error that has travelled', () => {
  it('has its class, texts, code, fields and cause, and hides what errors hide', () => {
    const fields = { code: 'E_X', data: { n: 1 } };
    const error = Object.assign(new RangeError('x', { cause: new TypeError('y') }), fields);

    const arrived = trip(error);

    expect(arrived).toBeInstanceOf(RangeError);
    expect(arrived.stack).toBe(error.stack);
    expect(Object.keys(arrived)).toEqual(['code', 'data']);
    expect(arrived.cause).toBeInstanceOf(TypeError);
    expect(types.isNativeError(arrived)).toBe(true);
  });

  it('is of Troupe\'s own class, with its data', () => {
    const timeout = new AskTimeoutError('a', 'ask', 10, { where: 'mailbox', waited: 1, ran: 2 });

    const arrived = trip(new ActorCrashedError('a', 'ask', 'maybe', timeout));

    expect(arrived).toBeInstanceOf(ActorCrashedError);
    expect(arrived).toBeInstanceOf(ActorError);
    expect(arrived.cause).toBeInstanceOf(AskTimeoutError);
    expect(arrived.cause).toMatchObject({ executed: 'no', waited: 1, code: 'TROUPE_ASK_TIMEOUT' });
    expect((arrived.cause as Error).name).toBe('AskTimeoutError');
  });

  it('is a plain error with the name of a class that is unknown elsewhere', () => {
    class PaymentError extends TypeError {}

    const arrived = trip(new PaymentError('x'));

    expect(Object.getPrototypeOf(arrived)).toBe(Error.prototype);
    expect([arrived.name, arrived.message, Object.keys(arrived)]).toEqual(['PaymentError', 'x', []]);
  });

  it('has cause where it had one, even undefined, and no other fields', () => {
    expect(Object.hasOwn(trip(new Error('x', { cause: undefined })), 'cause')).toBe(true);
    expect(Object.hasOwn(trip(new Error('x')), 'cause')).toBe(false);
    expect(Object.hasOwn(trip(new Error()), 'message')).toBe(false);
  });

  it('is a DOMException when it was one', () => {
    const arrived = trip(AbortSignal.abort().reason as DOMException);

    expect(arrived).toBeInstanceOf(DOMException);
    expect([arrived.name, arrived.code]).toEqual(['AbortError', 20]);
  });
});

describe('encode', () => {
  it('names the place of what cannot be sent', () => {
    const cases: [unknown, string][] = [
      [{ a: [() => 1] }, 'it → .a[0]'],
      [{ a: { [Symbol('s')]: 1 } }, 'it → .a[Symbol(s)]'],
      [new Map([['k', Symbol('s')]]), 'it → .get("k")'],
    ];
    for (const [value, path] of cases) {
      const fault = { code: 'TROUPE_NOT_SENDABLE', path };
      expect(() => codec.encode(value, 'it')).toThrow(expect.objectContaining(fault));
    }
  });

  it('reports a getter that throws', () => {
    expect(() => codec.encode({ get a(): never { throw new Error('no'); } }, 'it')).toThrow(NotSendableError);
  });

  it.each([10, 100_000])('may be begun by a getter while another message is encoded: %d characters', (length) => {
    const inner: unknown[] = [];
    const message = { before: 'b'.repeat(300), get text() { return inner.push(codec.encode(['x'.repeat(length)], 'inner')) > 0; }, after: 'a'.repeat(300) };

    const arrived = trip(message);

    expect(arrived).toEqual({ before: 'b'.repeat(300), text: true, after: 'a'.repeat(300) });
    for (const bytes of inner) expect(codec.decode(bytes as Uint8Array)).toEqual(['x'.repeat(length)]);
  });

  it('writes a small message in few bytes', () => {
    const message = { type: 'order', id: 'abc123', n: 5, price: 1.5, ok: true };

    expect(codec.encode(message, 'it').length).toBeLessThan(50);
  });
});

/** Any value that can be sent, then shared and cyclic references added between its containers. */
function graphs(): fc.Arbitrary<unknown> {
  const unit = fc.nat(0xffff).map((code) => String.fromCharCode(code));
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit }));
  const leaf = fc.oneof(
    fc.constantFrom(undefined, null, true, false, -0, NaN, Infinity, 2 ** 53),
    fc.double(), fc.integer(), fc.bigInt(), text,
    fc.date({ noInvalidDate: false }), fc.constantFrom('a', 'b').map((source) => new RegExp(source, 'g')),
    fc.uint8Array(), fc.float64Array(), fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.tuple(text, text).map(([message, code]) => Object.assign(new TypeError(message), { code })),
    fc.nat().map((id) => new Ref(id)),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf,
      fc.array(tie('tree'), { maxLength: 5 }),
      fc.sparseArray(tie('tree'), { maxNumElements: 3, maxLength: 12 }),
      fc.array(fc.tuple(tie('tree'), tie('tree')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
      fc.array(tie('tree'), { maxLength: 4 }).map((items) => new Set(items)),
      fc.dictionary(fc.oneof(text, fc.constant('__proto__')), tie('tree'), { maxKeys: 5 }),
      tie('tree').map((cause) => new Error('x', { cause }))),
  }));
  const edges = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 3 });
  return fc.tuple(fc.array(tree, { minLength: 1, maxLength: 4 }), edges)
    .map(([parts, pairs]) => {
      const containers = parts.filter((part) => Array.isArray(part) || part instanceof Map);
      for (const [from, to] of pairs) {
        const owner: unknown = containers[from % containers.length];
        const target = parts[to % parts.length];
        if (Array.isArray(owner)) owner.push(target);
        else if (owner instanceof Map) owner.set('edge', target);
      }
      return parts.length === 1 ? parts[0] : parts;
    });
}

/** Whether two graphs have the same shape: what is one object there is one object here. */
function sameReferences(a: unknown, b: unknown, met = new Map<object, object>()): boolean {
  if (typeof a !== 'object' || a === null) return true;
  if (met.has(a)) return met.get(a) === b;
  met.set(a, b as object);
  const others = inside(b as object);
  return inside(a).every((item, i) => sameReferences(item, others[i], met));
}

function inside(value: object): unknown[] {
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  return ArrayBuffer.isView(value) ? [] : Object.values(value);
}

describe('any value', () => {
  it('arrives the same, with its references', () => {
    fc.assert(fc.property(graphs(), (value) => {
      const arrived = trip(value);

      expectSame(arrived, value);
      expect(sameReferences(value, arrived)).toBe(true);
    }), { numRuns: 700 });
  });

  it('gives the same bytes twice: encoding changes nothing', () => {
    fc.assert(fc.property(graphs(), (value) => {
      expect(Buffer.compare(codec.encode(value, 'it'), codec.encode(value, 'it'))).toBe(0);
    }), { numRuns: 300 });
  });

  it('is refused with the place when something in it cannot be sent', () => {
    fc.assert(fc.property(graphs(), fc.nat(3), (value, at) => {
      const list: unknown[] = [1, 2, 3, 4];
      list[at] = { bad: () => value };

      const path = `it → [1][${at}].bad`;
      expect(() => codec.encode([value, list], 'it')).toThrow(expect.objectContaining({ path }));
    }), { numRuns: 300 });
  });
});

describe('bytes that are no message', () => {
  function decodes(bytes: Uint8Array): void {
    try {
      codec.decode(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolError);
    }
  }

  type Mutation = [at: number, byte: number, how: string];

  function mutated(frame: Uint8Array, attempt: readonly Mutation[]): Uint8Array {
    const bytes = [...frame];
    for (const [place, byte, how] of attempt) {
      const at = place % (bytes.length || 1);
      if (how === 'set') bytes[at] = byte;
      else if (how === 'cut') bytes.length = at;
      else bytes.splice(at, how === 'insert' ? 0 : 1, ...(how === 'insert' ? [byte] : []));
    }
    return Uint8Array.from(bytes);
  }

  it('give a value or a ProtocolError, and change nothing', () => {
    const owners = [Object.prototype, Array.prototype, Error.prototype];
    const before = owners.map((owner) => Reflect.ownKeys(owner));
    const mutation = fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'insert', 'remove', 'cut'));
    const attempt = fc.array(mutation, { minLength: 1, maxLength: 4 });
    const mutations = fc.array(attempt, { minLength: 20, maxLength: 20 });

    fc.assert(fc.property(graphs(), mutations, (value, attempts) => {
      const frame = codec.encode(value, 'it');
      for (const one of attempts) decodes(mutated(frame, one));
    }), { numRuns: 250 });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(0, 1), (bytes, form) => {
      decodes(Uint8Array.from([form, ...bytes]));
    }), { numRuns: 2000 });

    expect(owners.map((owner) => Reflect.ownKeys(owner))).toEqual(before);
  });

  const rubbish: Record<string, number[]> = {
    'nothing': [],
    'an unknown form': [9, 1],
    'a second value': [0, 1, 1],
    'an extension': [0, 0xd6, 0xff, 0, 0, 0, 0],
    'a record': [0, 0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 1],
    'an error made by an extension': [0, 0xd4, 0x65, 0, 0x93, ...Buffer.from('\xa5Error\xa1x\xc0', 'latin1')],
    'a binary': [0, 0xc4, 1, 1],
    'a 64-bit integer': [0, 0xcf, 0, 0, 0, 0, 0, 0, 0, 1],
    'the token that msgpack never uses': [0, 0xc1],
    'a key that is no text': [0, 0x81, 1, 1],
    'a __proto__ key': [0, 0x81, 0xa9, ...Buffer.from('__proto__'), 0x80],
    'an array longer than the bytes': [0, 0xdd, 0xff, 0xff, 0xff, 0xff],
    'more depth than the plain form has': [0, ...Buffer.alloc(50_000, 0x91), 1],
    'a table that is longer than the bytes': [1, 0xff, 0xff, 0xff, 0xff],
    'a table that is no array': [1, 0, 0, 0, 1, 1],
    'a reference to nothing': [1, 0, 0, 0, 2, 0x91, 1],
    'an unknown node': [1, 0, 0, 0, 4, 0x92, 1, 0x91, 99],
    'contents that nobody takes': [1, 0, 0, 0, 2, 0x91, 0xc0, 7],
  };
  for (const [name, bytes] of Object.entries(rubbish)) {
    it(`are refused: ${name}`, () => {
      expect(() => codec.decode(Uint8Array.from(bytes))).toThrow(ProtocolError);
    });
  }

  it('give no class but the known ones, and no module', () => {
    const bytes = Buffer.from(codec.encode(new TypeError('x'), 'it'));
    const at = bytes.indexOf('TypeError');
    bytes.write('Functions', at);

    expect(() => codec.decode(bytes)).toThrow(ProtocolError);
  });
});

describe('toSendableError', () => {
  it('returns an error that is sendable unchanged', () => {
    const error = Object.assign(new Error('x'), { data: [1] });

    expect(toSendableError(error)).toBe(error);
  });

  it('wraps what is no error, and keeps it as the cause', () => {
    const error = toSendableError({ code: 5 });

    expect(error.message).toBe('Thrown: an object');
    expect(error.cause).toEqual({ code: 5 });
    expect(toSendableError('oops').message).toBe('Thrown: "oops"');
    expect(Object.hasOwn(toSendableError(undefined), 'cause')).toBe(true);
  });

  it('leaves out functions and getters that throw, and names the rest', () => {
    class Socket {
      open = true;
    }
    const fields = { retry: () => 1, socket: new Socket(), list: [new Socket(), 1] };
    const error = Object.assign(new TypeError('x'), fields);
    Object.defineProperty(error, 'broken', { enumerable: true, get: () => { throw new Error('no'); } });

    const cleaned = toSendableError(error);

    expect(cleaned).toBeInstanceOf(TypeError);
    expect(Object.entries(cleaned)).toEqual([
      ['socket', '[an instance of Socket]'], ['list', ['[an instance of Socket]', 1]],
    ]);
    expect(cleaned.stack).toBe(error.stack);
  });

  it('keeps cycles, and follows causes to a depth', () => {
    const error: Error & { self?: unknown; no?: unknown } = new Error('x');
    error.self = error;
    error.no = Symbol('no');
    let deep = new Error('bottom', { cause: Symbol('no') });
    for (let i = 0; i < 1000; i++) deep = new Error(`${i}`, { cause: deep });

    const cleaned = toSendableError(error) as typeof error;

    expect(cleaned.self).toBe(cleaned);
    expect(codec.encode(toSendableError(deep), 'it').length).toBeLessThan(20_000);
  });

  it('cuts long texts, and says how much is gone', () => {
    const cleaned = toSendableError(new Error('x'.repeat(100_000)));

    expect(cleaned.message).toMatch(/x \[34464 more characters\]$/);
  });

  it('survives whatever is thrown, and can be encoded', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const fail = (): never => { throw new Error('no'); };
    const fields = { message: { get: fail }, x: { value: fail, enumerable: true } };
    const hostile = [
      proxy, Object.assign(new Error('x'), { proxy }), new Error('x', { cause: proxy }),
      new Proxy(new Error('x'), { get: fail }), new Proxy({}, { getPrototypeOf: fail }),
      Object.create(Error.prototype, fields), Object.assign(new Error('x'), { name: 5, stack: {} }),
      Object.assign(AbortSignal.abort().reason as object, { at: fail }),
      fail, Symbol('x'), 1n, null, NaN, Promise.resolve(), new WeakMap(), '\ud800', '\ufeff'.repeat(100_000),
    ];

    for (const thrown of hostile) {
      const error = toSendableError(thrown);
      expect(error).toBeInstanceOf(Error);
      expect(trip(error)).toBeInstanceOf(Error);
    }
  });
});
