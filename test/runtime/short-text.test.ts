import { describe, expect, it } from 'vitest';
import { createSystem } from '../../index.ts';
import { Counter } from '../support/actors/counter.ts';
import { shortText } from '../../runtime/short-text.ts';

class Point {
  readonly x = 1;
  toString(): string { throw new Error('looked at'); }
  toJSON(): string { throw new Error('looked at'); }
  get y(): number { throw new Error('looked at'); }
}

const trapped = new Proxy({}, {
  get() { throw new Error('looked at'); },
  ownKeys() { throw new Error('looked at'); },
  getPrototypeOf() { throw new Error('looked at'); },
});

const TEXTS: readonly (readonly [text: string, values: readonly unknown[]])[] = [
  ['', []],
  ['"a", 1, -0, NaN, true, null, undefined, 12n', ['a', 1, -0, Number.NaN, true, null, undefined, 12n]],
  ['"two\\nlines"', ['two\nlines']],
  ['{ a: 1, "b c": [1, 2] }, {}, []', [{ 'a': 1, 'b c': [1, 2] }, {}, []]],
  ['[<empty>, 1]', [Object.assign(new Array(2), { 1: 1 })]],
  ['Map(1) { "k" => { v: 1 } }, Set(2) { 1, 2 }, Map(0) {}', [new Map([['k', { v: 1 }]]), new Set([1, 2]), new Map()]],
  ['1970-01-01T00:00:00.000Z, an invalid date, /a+/', [new Date(0), new Date(Number.NaN), /a+/g]],
  ['Uint8Array(3 bytes), ArrayBuffer(8 bytes)', [new Uint8Array(3), new ArrayBuffer(8)]],
  ['RangeError: out of paper', [new RangeError('out of paper')]],
  ['[function], Symbol(s)', [() => 1, Symbol('s')]],
  ['Point { x: 1 }, { n: [accessor] }', [new Point(), { get n(): number { throw new Error('looked at'); } }]],
  ['a proxy, { inside: a proxy }', [trapped, { inside: trapped }]],
  ['a huge bigint', [10n ** 1_000n]],
];

describe('a short text', () => {
  it.each(TEXTS)('is %s', (text, values) => {
    expect(shortText(values, 200)).toBe(text);
  });

  it('names a ref by its path', async () => {
    await using system = createSystem();
    const counter = await system.spawn(Counter, { input: { start: 0 }, name: 'visits' });

    expect(shortText([counter], 200)).toBe('ref(visits)');
  });

  it('ends with an ellipsis where it is cut: too long, too deep, a cycle', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;

    expect(shortText(['x'.repeat(50)], 10)).toBe(`"${'x'.repeat(8)}…`);
    expect(shortText([[[[[['deep']]]]]], 100)).toBe('[[[[…]]]]');
    expect(shortText([cycle], 100)).toBe('{ self: { self: { self: { self: … } } } }');
    expect(shortText(Array.from({ length: 1e6 }, (_, i) => i), 10)).toBe('0, 1, 2, …');
  });

  it('never throws', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const prototype = Object.create(proxy) as object;

    expect(shortText([proxy], 100)).toBe('a proxy');
    expect(shortText([prototype], 100)).toBe('{}');
    expect(shortText(trapped as never, 100)).toBe('…');
  });
});
