import { describe, expect, it } from 'vitest';
import { state, type StateValue } from '../../../index.ts';
import { PASSINGS, StatePlace } from '../../support/state-place.ts';

describe.each(PASSINGS)('a value (%s)', (passing) => {
  const place = new StatePlace(passing);
  const codeOf = (promise: Promise<unknown>): Promise<unknown> => place.codeOf(promise);
  const until = <T>(promise: PromiseLike<T>): Promise<T> => place.until(promise);
  const make = <T>(initial: T): Promise<StateValue<T>> => until(state.value<T>({ ...place.options, initial })) as Promise<StateValue<T>>;

  it('is what it was set to last', async () => {
    const value = await make<unknown>({ a: 1 });

    expect(await until(value.get())).toEqual({ a: 1 });
    for (const next of [undefined, null, [], new Map([[1, { a: new Set([2]) }]]), new Date(5)]) {
      await until(value.set(next));
      expect(await until(value.get())).toEqual(next);
    }
  });

  it('is exchanged', async () => {
    const value = await make('a');

    const before = await until(Promise.all([value.exchange('b'), value.exchange('c')]));

    expect([...before, await until(value.get())]).toEqual(['a', 'b', 'c']);
  });

  it('is set if it is as expected, by its parts', async () => {
    const value = await make<{ by: string | null; at: Date }>({ by: null, at: new Date(1) });

    expect(await until(value.compareAndSet({ by: null, at: new Date(2) }, { by: 'ada', at: new Date(2) }))).toBe(false);
    expect(await until(value.compareAndSet({ by: null, at: new Date(1) }, { by: 'ada', at: new Date(2) }))).toBe(true);
    expect(await until(value.get())).toEqual({ by: 'ada', at: new Date(2) });
  });

  it('is updated by functions that all count, in whatever order', async () => {
    const value = await make({ n: 0 });

    await until(Promise.all(Array.from({ length: 20 }, () => value.update(({ n }) => ({ n: n + 1 })))));

    expect(await until(value.get())).toEqual({ n: 20 });
    expect(await codeOf(value.update(() => { throw Object.assign(new Error('no'), { code: 'NO' }); }))).toBe('NO');
    expect(await until(value.get())).toEqual({ n: 20 });
  });

  it('shares nothing with those who set it, nor with those who get it', async () => {
    const given = { list: [1], map: new Map([['a', [1]]]) };
    const value = await make(given);
    given.list.push(2);
    given.map.clear();
    expect(await until(value.get())).toEqual({ list: [1], map: new Map([['a', [1]]]) });
    const next = { list: [3], map: new Map([['b', [1]]]) };
    await until(value.set(next));
    next.list.push(4);
    next.map.clear();

    const got = await until(value.get()) as typeof next;
    got.map.clear();
    const before = await until(value.exchange(next));

    expect(before).toEqual({ list: [3], map: new Map([['b', [1]]]) });
    expect([before, before.list, before.map.get('b')].every(Object.isFrozen)).toBe(true);
    expect(Object.isFrozen(next)).toBe(false);
  });

  it('may be a handle of other state', async () => {
    const hits = await until(state.counter(place.options));
    const value = await make(hits);

    await until((await until(value.get())).increment());

    expect(await until(hits.get())).toBe(1);
    expect(String(value)).toMatch(/^StateValue\(value .*value-1\)$/);
  });
});
