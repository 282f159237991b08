import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ElementType } from '../../index.ts';
import { sharedArray, sharedNumber } from '../../index.ts';
import { SharedLock } from '../../runtime/shared/shared-lock.ts';

const INTEGERS = [
  ['int8', -128, 127], ['uint8', 0, 255], ['int16', -32_768, 32_767], ['uint16', 0, 65_535], ['int32', -(2 ** 31), 2 ** 31 - 1], ['uint32', 0, 2 ** 32 - 1],
] as const;
const BIGINTS = [['int64', -(2n ** 63n), 2n ** 63n - 1n], ['uint64', 0n, 2n ** 64n - 1n]] as const;

describe('a shared number', () => {
  it.each(INTEGERS)('%s holds what is within its limits, and wraps around when something is added', (type, min, max) => {
    const number = sharedNumber(type, max);

    expect(number.add(1)).toBe(max);
    expect(number.value).toBe(min);
    expect(number.add(-1)).toBe(min);
    expect(number.exchange(min)).toBe(max);
    expect(() => { number.value = max + 1; }).toThrow(`expected a whole number from ${min} to ${max}, got ${max + 1}`);
    expect(() => { number.value = min - 1; }).toThrow('Cannot use the value');
    expect(() => number.add(0.5)).toThrow('Cannot use what is added');
    expect(() => number.compareExchange(max + 1, 0)).toThrow('Cannot use what is expected');
    expect(() => number.compareExchange(0, Number.NaN)).toThrow('Cannot use the replacement');
    expect(number.value).toBe(min);
  });

  it.each(BIGINTS)('%s holds bigints within its limits, and wraps around when something is added', (type, min, max) => {
    const number = sharedNumber(type, max);

    expect(number.add(1n)).toBe(max);
    expect(number.value).toBe(min);
    expect(number.add(-1n)).toBe(min);
    expect(number.exchange(min)).toBe(max);
    expect(() => number.add(1 as never)).toThrow('expected a bigint, got 1');
    expect(number.compareExchange(min, 7n)).toBe(min);
    expect(() => { number.value = max + 1n; }).toThrow('as a bigint');
    expect(() => sharedNumber(type, 1 as never)).toThrow('as a bigint, got 1');
    expect(number.value).toBe(7n);
  });

  it.each(['float32', 'float64'] as const)('%s holds fractions, and adds them', (type) => {
    const number = sharedNumber(type, 0.5);

    expect(number.add(0.25)).toBe(0.5);
    expect(number.exchange(-0)).toBe(0.75);
    expect(number.compareExchange(0, 1)).toBe(-0);
    expect(number.compareExchange(-0, Number.NaN)).toBe(-0);
    expect(number.compareExchange(Number.NaN, Infinity)).toBeNaN();
    expect(number.value).toBe(Infinity);
    expect(() => { number.value = '1' as never; }).toThrow('expected a number, got "1"');
  });

  it('is 0 at first, and says what it is', () => {
    expect(sharedNumber('uint16').value).toBe(0);
    expect(inspect(sharedNumber('int64', 5n))).toBe('SharedNumber(int64 5)');
    expect(() => sharedNumber('double' as ElementType)).toThrow('expected "int8", "uint8"');
  });
});

describe('a shared array', () => {
  it('has the elements that it was made of, or zeros', () => {
    expect([...sharedArray('float64', [1, 2.5])]).toEqual([1, 2.5]);
    expect([...sharedArray('uint8', 3)]).toEqual([0, 0, 0]);
    expect([...sharedArray('int64', new Set([1n]))]).toEqual([1n]);
    expect(sharedArray('int32', 0)).toHaveLength(0);
    expect(() => sharedArray('uint8', [1, 256])).toThrow('got 256');
    for (const length of [-1, 0.5, 2 ** 30]) expect(() => sharedArray('int64', length)).toThrow('Cannot use the length of a shared array');
  });

  it('reads and changes one element at a time', () => {
    const array = sharedArray('int32', [1, 2, 3]);

    array.set(0, 10);
    expect([array.get(0), array.add(1, 5), array.exchange(2, 9), array.compareExchange(2, 9, 4)]).toEqual([10, 2, 3, 9]);
    expect([...array]).toEqual([10, 7, 4]);
    for (const index of [3, -1]) expect(() => array.add(index, 1)).toThrow(RangeError);
    expect(() => { array.set(0, 2 ** 31); }).toThrow('Cannot use the value');
  });

  it.each(['int32', 'float64'] as const)('has no element where the index is no whole number (%s)', (type) => {
    const array = sharedArray(type, [1, 2]);

    for (const index of [Number.NaN, 0.5, Infinity, '0' as never, undefined as never]) {
      expect(() => array.get(index)).toThrow(RangeError);
      expect(() => { array.set(index, 7); }).toThrow(RangeError);
      expect(() => array.add(index, 7)).toThrow('Cannot use the index: expected a whole number, got');
      expect(() => array.exchange(index, 7)).toThrow(RangeError);
      expect(() => array.compareExchange(index, 1, 7)).toThrow(RangeError);
    }
    expect([...array]).toEqual([1, 2]);
  });

  it('is made of elements, or of how many there are', () => {
    for (const content of [undefined, null, {}, '12', true]) {
      expect(() => sharedArray('int32', content as never)).toThrow('Cannot use the content of a shared array: expected elements, or how many of them');
    }
  });

  it('shows its first elements', () => {
    expect(inspect(sharedArray('float32', [0.5, 1]))).toBe('SharedArray(float32 [0.5, 1])');
    expect(String(sharedArray('uint8', 102))).toMatch(/0, 0, … 2 more\]\)$/);
  });
});

describe('withLock', () => {
  it('gives the elements to one piece of work, and what that returns', async () => {
    const array = sharedArray('float64', [1, 2]);

    expect(await array.withLock((view, wasAbandoned) => {
      view.reverse();
      return wasAbandoned;
    })).toBe(false);
    expect([...array]).toEqual([2, 1]);
    expect(await sharedNumber('int32', 4).withLock((view) => view[0])).toBe(4);
  });

  it('is free again after work that throws, and refuses a promise', async () => {
    const number = sharedNumber('int32', 0);

    await expect(number.withLock(() => { throw new Error('no'); })).rejects.toThrow('no');
    await expect(number.withLock(async () => undefined)).rejects.toThrow('around an await, use mutex()');
    await expect(number.withLock(() => undefined, { signal: AbortSignal.abort(new Error('late')) })).rejects.toThrow('late');
    expect(await number.withLock(() => 'free')).toBe('free');
  });

  it('refuses what is no function, and is free then', async () => {
    const number = sharedNumber('int32', 0);

    for (const work of [undefined, 5]) {
      await expect(number.withLock(work as never)).rejects.toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
    }
    expect(await number.withLock(() => 'free')).toBe('free');
  });

  it('waits for another thread no longer than it is told', async () => {
    const memory = new SharedArrayBuffer(SharedLock.BYTES);
    const lock = new SharedLock(memory, 'SharedNumber');
    new Int32Array(memory)[0] = 1_000_000;

    await expect(lock.run(() => undefined, { timeout: 5 })).rejects.toMatchObject({
      code: 'TROUPE_ASK_TIMEOUT', executed: 'no', where: 'lock', message: 'Cannot lock "SharedNumber": others held it for 5 ms',
    });
    const aborted = new AbortController();
    const waiting = lock.run(() => undefined, { signal: aborted.signal });
    aborted.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const entering = lock.run(() => 'in', {});
    new Int32Array(memory)[0] = 0;
    expect(await entering).toBe('in');
  });
});
