import { describe, expect, it } from 'vitest';
import { frozen } from '../../../actors/state/frozen.ts';
import { queue, createSystem } from '../../../index.ts';

describe('a frozen value', () => {
  it('is a copy; what was given is not frozen', () => {
    const given = { list: [{ n: 1 }] };

    const made = frozen(given);
    given.list[0]!.n = 2;

    expect(made).toEqual({ list: [{ n: 1 }] });
    expect([made, made.list, made.list[0]].every(Object.isFrozen)).toBe(true);
  });

  it('is itself when it is frozen through and through', () => {
    const once = frozen({ list: [{ n: 1 }], text: 'a' });

    expect(frozen(once)).toBe(once);
    expect(frozen(once.list)).toBe(once.list);
    expect(frozen(5)).toBe(5);
  });

  it('is a copy when it is frozen at its surface alone', () => {
    const inner = { n: 1 };
    const made = frozen(Object.freeze({ inner }));
    inner.n = 2;

    expect(made.inner.n).toBe(1);
  });

  it.each([true, false])('is a copy when a part of it is computed (enumerable: %s)', (enumerable) => {
    let n = 0;
    const made = frozen(Object.freeze({ inner: Object.freeze(Object.defineProperty({ n: 0 }, 'n', { get: () => ++n, enumerable })) }));
    const { inner } = made;

    expect(frozen(made)).toBe(made);
    expect(inner.n).toBe(enumerable ? 1 : undefined);
    expect(inner.n).toBe(enumerable ? 1 : undefined);
  });

  it('has maps, sets, dates, patterns and bytes of its own, each time', () => {
    const given = {
      map: new Map([['a', { n: 1 }]]), set: new Set([{ n: 1 }]), date: new Date(5), pattern: /a/g, bytes: new Uint8Array([1, 2]).subarray(1),
      view: new DataView(new ArrayBuffer(2)), buffer: new ArrayBuffer(3), node: Buffer.from('abc'),
    };

    const made = frozen(frozen(given));

    expect(made).toEqual(given);
    for (const key of Object.keys(given) as (keyof typeof given)[]) expect(made[key], key).not.toBe(given[key]);
    expect(Object.isFrozen(made.map.get('a'))).toBe(true);
    expect(Object.isFrozen([...made.set][0])).toBe(true);
    expect(Buffer.isBuffer(made.node)).toBe(true);
    given.bytes[0] = 9;
    given.node[0] = 9;
    given.date.setTime(6);
    expect([made.bytes[0], made.node.toString(), made.date.getTime()]).toEqual([2, 'abc', 5]);
  });

  it('keeps refs, handles, errors and shared memory as they are', async () => {
    await using system = createSystem();
    const given = { handle: await queue<number>({ system }), error: new Error('a'), shared: new SharedArrayBuffer(1), view: new Uint8Array(new SharedArrayBuffer(1)) };

    expect(Object.values(frozen(given))).toEqual(Object.values(given));
    for (const [key, value] of Object.entries(frozen(given))) expect(value, key).toBe(given[key as keyof typeof given]);
  });

  it('has cycles, what it has twice once, holes, and keys of any kind', () => {
    const given: Record<string, unknown> = Object.fromEntries([['__proto__', [1]], ['constructor', 2], ['', 3]]);
    given['self'] = given;
    // oxlint-disable-next-line no-sparse-arrays -- a hole is what it is about
    given['holes'] = [1, , 3];
    given['bare'] = Object.assign(Object.create(null), { a: 1 });
    given['again'] = given['bare'];

    const made = frozen(given);

    expect(made['self']).toBe(made);
    expect(made['again']).toBe(made['bare']);
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(made['bare'])).toBe(null);
    expect(Object.keys(made)).toEqual(['__proto__', 'constructor', '', 'self', 'holes', 'bare', 'again']);
    expect(Object.getOwnPropertyDescriptor(made, '__proto__')?.value).toEqual([1]);
    expect(1 in (made['holes'] as unknown[])).toBe(false);
  });

  it('may be very deep', () => {
    let deep: { inside?: unknown } = {};
    for (let i = 0; i < 100_000; i++) deep = { inside: deep };

    expect(Object.isFrozen(frozen(frozen(deep)).inside)).toBe(true);
  });
});
