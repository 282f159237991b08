import { describe, expect, it } from 'vitest';
import { state, type StateCounter } from '../../../index.ts';
import { PASSINGS, StatePlace } from '../../support/state-place.ts';

describe.each(PASSINGS)('a counter (%s)', (passing) => {
  const place = new StatePlace(passing);
  const codeOf = (promise: Promise<unknown>): Promise<unknown> => place.codeOf(promise);
  const until = <T>(promise: PromiseLike<T>): Promise<T> => place.until(promise);
  const make = (initial?: number): Promise<StateCounter> => until(state.counter({ ...place.options, ...initial === undefined ? {} : { initial } }));

  it('counts up and down, from 0 on or from where it begins', async () => {
    const [one, other] = [await make(), await make(10)];

    expect([await until(one.increment()), await until(one.increment(5)), await until(one.decrement()), await until(one.decrement(10))]).toEqual([1, 6, 5, -5]);
    expect(await until(other.get())).toBe(10);
  });

  it('gives each of many a number of its own', async () => {
    const counter = await make();

    const numbers = await until(Promise.all(Array.from({ length: 50 }, () => counter.increment())));

    expect(new Set(numbers).size).toBe(50);
    expect(await until(counter.get())).toBe(50);
  });

  it('is set, if it is as expected', async () => {
    const counter = await make(1);

    expect([await until(counter.compareAndSet(0, 5)), await until(counter.compareAndSet(1, 6))]).toEqual([false, true]);
    expect(await until(counter.get())).toBe(6);
    await until(counter.set(0));
    expect(await until(counter.increment())).toBe(1);
  });

  it('is watched', async () => {
    const watched = (await make(3)).watch();

    expect(await until(watched.next())).toEqual({ done: false, value: 3 });
    await watched.return();
  });

  it('takes numbers alone', async () => {
    const counter = await make();
    const text = '1' as unknown as number;

    expect(await Promise.all([
      counter.set(text), counter.increment(text), counter.decrement(text), counter.compareAndSet(0, text), state.counter({ ...place.options, initial: text }),
    ].map(codeOf))).toEqual(Array(5).fill('TROUPE_INVALID_OPTION'));
    expect(String(counter)).toMatch(/^StateCounter\(counter .*counter-1\)$/);
  });
});
