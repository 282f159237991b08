import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActorCrashedError } from '../../core/errors.ts';
import { Definition } from '../../core/definition.ts';
import { LocalSlot } from '../../runtime/slots/local-slot.ts';
import { actor } from '../../index.ts';
import { sender, SHAPE } from './fuzz/world.ts';

const kernel = sender();
/** What an error may take as bytes: its limit counts characters, and there are a thousand objects at most. */
const MAX_BYTES = 4 * 2 ** 20;

/** What arrives of something thrown. */
function arrival(thrown: unknown): Error & Record<string, unknown> {
  const { body } = kernel.values.encodeError(thrown);
  expect(body.length).toBeLessThan(MAX_BYTES);
  const error = kernel.values.decode(body) as Error & Record<string, unknown>;
  expect(error).toBeInstanceOf(Error);
  expect(typeof error.message).toBe('string');
  expect(typeof error.name).toBe('string');
  return error;
}

const fail = (): never => { throw new Error('no'); };
const named = (fields: object): Error => Object.assign(new RangeError('bad'), fields);
const hidden = (key: string, get: () => unknown): Error => Object.defineProperty(new Error('bad'), key, { get, enumerable: true });

describe('the error codec', () => {
  it.each<[string, () => unknown]>([
    ['functions in fields', () => named({ retry: () => 1, deep: { list: [() => 1] } })],
    ['a cycle over causes', () => {
      const error = new Error('bad');
      error.cause = new Error('inner', { cause: error });
      return error;
    }],
    ['a cycle over fields, and something unsendable', () => {
      const error = named({ no: fail });
      return Object.assign(error, { error, list: [error] });
    }],
    ['a getter that throws', () => hidden('field', fail)],
    ['a stack that throws', () => hidden('stack', fail)],
    ['a name that throws', () => hidden('name', fail)],
    ['a cause that throws', () => hidden('cause', fail)],
    ['a constructor that throws', () => Object.defineProperty(new (class extends Error {})('bad'), 'constructor', { get: fail })],
    ['a field that is another one each time', () => {
      let n = 0;
      return hidden('field', () => n++ % 2 === 0 ? n : fail);
    }],
    ['a message of 10 MB', () => new Error('x'.repeat(10_000_000))],
    ['a field of 10 MB', () => named({ field: 'x'.repeat(10_000_000) })],
    ['a buffer of 100 MB', () => named({ field: Buffer.alloc(100_000_000) })],
    ['a list of 10 MB', () => named({ field: Array.from({ length: 100_000 }, (_, i) => `item ${i} ${'x'.repeat(90)}`) })],
    ['a list of nothing but holes', () => named({ field: new Array(4e9) })],
    ['a map of 10 MB', () => named({ field: new Map(Array.from({ length: 100_000 }, (_, i) => [i, `item ${i} ${'x'.repeat(90)}`])) })],
    ['many fields', () => named({ field: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i])) })],
    ['a huge bigint', () => named({ field: 1n << 30_000_000n })],
    ['a thousand long texts', () => named({ field: Array.from({ length: 1_000 }, () => 'x'.repeat(60_000)) })],
    ['many errors', () => new AggregateError(Array.from({ length: 2_000 }, () => new Error('one')), 'many')],
    ['a deep cause', () => {
      let error = new Error('bottom');
      for (let i = 0; i < 3_000; i++) error = new Error(`${i}`, { cause: error });
      return error;
    }],
    ['shared memory', () => named({ shared: new SharedArrayBuffer(8), view: new Uint8Array(new SharedArrayBuffer(8)) })],
    ['a detached buffer', () => {
      const buffer = new ArrayBuffer(8);
      structuredClone(buffer, { transfer: [buffer] });
      return named({ buffer });
    }],
    ['an instance of a class', () => named({ socket: new (class Socket { open = true; })() })],
    ['symbols', () => named({ [Symbol('s')]: 1, symbol: Symbol('s') })],
    ['a frozen error', () => Object.freeze(named({ retry: () => 1 }))],
    ['texts that are no texts', () => named({ name: 5, message: {}, stack: [] })],
    ['lone surrogates', () => new Error('\ud800')],
    ['our own error around one of these', () => new ActorCrashedError('a', 'ask', 'maybe', named({ retry: () => 1 }))],
    ['a proxy around an error', () => new Proxy(new Error('bad'), {})],
    ['a proxy that throws', () => new Proxy(new Error('bad'), { get: fail, getPrototypeOf: fail, ownKeys: fail })],
    ['a revoked proxy', () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    }],
    ['an object that only has the prototype', () => Object.create(Error.prototype)],
    ['nothing', () => undefined],
    ['null', () => null],
    ['a symbol', () => Symbol('s')],
    ['a function', () => fail],
    ['an object', () => ({ code: 5 })],
    ['a promise', () => Promise.resolve(1)],
    ['a 10 MB text', () => 'x'.repeat(10_000_000)],
  ])('carries any error: %s', (_, make) => {
    arrival(make());
  });

  it('keeps what can be kept', () => {
    const error = named({ code: 'E_BAD', retry: () => 1, detail: { n: 1, socket: Promise.resolve() } });

    const arrived = arrival(error);

    expect(arrived).toBeInstanceOf(RangeError);
    expect(arrived).toMatchObject({ message: 'bad', code: 'E_BAD', stack: error.stack, detail: { n: 1 } });
    expect('retry' in arrived).toBe(false);
  });

  it('keeps at least the texts of an error that changes whenever it is looked at', () => {
    let n = 0;
    const arrived = arrival(Object.assign(new Proxy(new Error('bad'), { ownKeys: () => ['code', `key ${n++}`] }), { code: 'E_BAD' }));

    expect(arrived).toMatchObject({ message: 'bad' });
  });

  it('leaves out refs that cannot leave their thread', () => {
    const Local = actor({ init: () => ({}), handlers: { echo: (_ctx, n: number) => n } });
    const definition = Definition.of(Local);
    const slot = new LocalSlot(kernel, { slot: 5, path: 'local', isHeld: false, isDaemon: false, parent: undefined }, { definition, makeInput: () => undefined });
    const near = kernel.refTo(slot);
    const far = kernel.refTo(kernel.slotFor(20, 'far', SHAPE));
    const foreign = sender().refTo(kernel.slotFor(20, 'far', SHAPE));

    const arrived = arrival(named({ near, far, foreign }));

    expect(arrived['far']).toBe(far);
    expect(typeof arrived['near']).toBe('string');
  });

  it('carries anything thrown, alone or in an error', () => {
    const anything = fc.anything({
      withBigInt: true, withBoxedValues: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true,
      withObjectString: true, withSparseArray: true, withTypedArray: true, withUnicodeString: true,
    });
    const thrown = fc.oneof(
      anything,
      anything.map((field) => named({ field })),
      anything.map((cause) => new Error('bad', { cause })),
      fc.array(anything, { maxLength: 3 }).map((errors) => new AggregateError(errors, 'many')),
      anything.map((value) => hidden('field', () => value)),
      fc.dictionary(fc.string(), fc.oneof(anything, fc.constantFrom(fail, Symbol('s'), new WeakMap(), kernel))).map(named),
    );

    fc.assert(fc.property(thrown, (value) => { arrival(value); }), { numRuns: 500 });
  });
});
