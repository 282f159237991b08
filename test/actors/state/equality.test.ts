import { describe, expect, it } from 'vitest';
import { createSystem } from '../../../index.ts';
import { Counter } from '../../support/actors/counter.ts';
import { isSame } from '../../../actors/state/equality.ts';

/** Each made anew. */
const VALUES: readonly (() => unknown)[] = [
  () => undefined, () => null, () => 0, () => 1, () => NaN, () => 1n, () => '', () => 'a', () => true,
  () => ({}), () => ({ a: 1 }), () => ({ a: undefined }), () => ({ b: 1 }), () => ({ a: { b: [1] } }), () => ({ a: { b: [2] } }),
  () => Object.assign(Object.create(null), { a: 1 }), () => Object.fromEntries([['__proto__', 1]]),
  () => [], () => [1], () => [1, 2], () => [2, 1], () => [undefined],
  () => new Map(), () => new Map([[{ k: 1 }, 1]]), () => new Map([[{ k: 1 }, 2]]), () => new Set(), () => new Set([1]), () => new Set([2]),
  () => new Date(1), () => new Date(2), () => /a/, () => /a/g, () => /b/,
  () => new ArrayBuffer(1), () => new ArrayBuffer(2), () => new Uint8Array([1]), () => new Uint8Array([2]), () => new Int8Array([1]), () => Buffer.from([1]),
];

describe('values are the same', () => {
  it('when they are made of the same parts, and no others', () => {
    for (const [i, one] of VALUES.entries()) {
      for (const [j, other] of VALUES.entries()) expect(isSame(one(), other()), `${i} and ${j}`).toBe(i === j);
    }
  });

  it('in whatever order their keys are', () => {
    expect(isSame({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  });

  it('with cycles in them', () => {
    const cycle = (length: number): unknown[] => {
      const first: unknown[] = [];
      let last = first;
      for (let i = 1; i < length; i++) last = [last];
      first.push(last);
      return first;
    };

    expect(isSame(cycle(2), cycle(3))).toBe(true);
    expect(isSame([cycle(2), 1], [cycle(2), 2])).toBe(false);
  });

  it('when they are very deep', () => {
    const deep = (end: number): unknown => {
      let value: unknown = end;
      for (let i = 0; i < 100_000; i++) value = { value };
      return value;
    };

    expect(isSame(deep(1), deep(1))).toBe(true);
    expect(isSame(deep(1), deep(2))).toBe(false);
  });

  it('when they are refs to the same actor, and no others', async () => {
    await using system = createSystem();
    const [one, other] = [await system.spawn(Counter, { input: { start: 0 } }), await system.spawn(Counter, { input: { start: 0 } })];

    expect(isSame({ ref: one }, { ref: one.with({ timeout: 1 }) })).toBe(true);
    expect(isSame({ ref: one }, { ref: other })).toBe(false);
  });

  it('when an instance says so, or is the same one', () => {
    class Money {
      readonly cents: number;
      constructor(cents: number) { this.cents = cents; }
      equals(other: Money): boolean { return other.cents === this.cents; }
    }
    class Silent { readonly cents = 1; }
    const silent = new Silent();

    expect(isSame([new Money(1)], [new Money(1)])).toBe(true);
    expect(isSame([new Money(1)], [new Money(2)])).toBe(false);
    expect(isSame([silent], [silent])).toBe(true);
    expect(isSame([new Silent()], [silent])).toBe(false);
  });
});
