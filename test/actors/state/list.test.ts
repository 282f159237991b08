import { describe, expect, it } from 'vitest';
import { ListActor, StateList, state } from '../../../index.ts';
import { PASSINGS, StatePlace } from '../../support/state-place.ts';

describe.each(PASSINGS)('a list (%s)', (passing) => {
  const place = new StatePlace(passing);
  const codeOf = (promise: Promise<unknown>): Promise<unknown> => place.codeOf(promise);
  const until = <T>(promise: PromiseLike<T>): Promise<T> => place.until(promise);
  const make = <T>(...initial: T[]): Promise<StateList<T>> => until(state.list<T>({ ...place.options, initial })) as Promise<StateList<T>>;

  it('has items by their places, from either end', async () => {
    const letters = await make('a', 'b', 'c');

    await until(letters.set(-1, 'z'));
    await until(letters.set(0, 'y'));

    expect(await until(Promise.all([0, 1, 2, 3, -1, -4].map((at) => letters.get(at))))).toEqual(['y', 'b', 'z', undefined, 'z', undefined]);
    expect(await until(letters.length())).toBe(3);
  });

  it('refuses what has no place', async () => {
    const numbers = await make(1, 2);

    expect(await Promise.all([
      numbers.set(2, 5), numbers.set(-3, 5), numbers.increment(2), numbers.compareAndSet(2, undefined as unknown as number, 5),
    ].map(codeOf))).toEqual(Array(4).fill('out_of_range'));
    expect(await Promise.all([numbers.set(0.5, 5), numbers.get('0' as unknown as number), numbers.slice(NaN)].map(codeOf)))
      .toEqual(Array(3).fill('TROUPE_INVALID_OPTION'));
    expect(await until(numbers.snapshot())).toEqual([1, 2]);
  });

  it('grows and shrinks at both ends, and in between', async () => {
    const letters = await make<string>();

    expect(await until(letters.pop())).toBeUndefined();
    expect(await until(letters.push('b', 'c'))).toBe(2);
    expect(await until(letters.unshift('a'))).toBe(3);
    await until(letters.insert(1, 'x', 'y'));
    await until(letters.insert(99, 'z'));
    expect(await until(letters.snapshot())).toEqual(['a', 'x', 'y', 'b', 'c', 'z']);
    expect(await until(Promise.all([letters.shift(), letters.pop(), letters.removeAt(1), letters.removeAt(9), letters.removeAt(-9)])))
      .toEqual(['a', 'z', 'y', undefined, undefined]);
    expect(await until(letters.snapshot())).toEqual(['x', 'b', 'c']);
    await until(letters.clear());
    expect(await until(letters.shift())).toBeUndefined();
  });

  it('takes more items at once than a call takes arguments', async () => {
    const ref = await until(place.options.system.spawn(ListActor, { input: { initial: [-1] }, host: place.options.host }));

    expect(await until(ref.ask.push(Array.from({ length: 300_000 }, (_, i) => i)))).toBe(300_001);

    expect(await until(new StateList<number>(ref).get(-1))).toBe(299_999);
  });

  it('finds and removes items by their parts', async () => {
    const points = await make({ x: 1, y: 2 }, { x: 3, y: 4 }, { x: 3, y: 4 });

    expect(await until(points.indexOf({ y: 4, x: 3 }))).toBe(1);
    expect(await until(points.includes({ x: 5, y: 5 }))).toBe(false);
    expect([await until(points.remove({ x: 3, y: 4 })), await until(points.remove({ x: 9, y: 9 }))]).toEqual([true, false]);
    expect(await until(points.snapshot())).toEqual([{ x: 1, y: 2 }, { x: 3, y: 4 }]);
    expect(await until(points.compareAndSet(0, { x: 1, y: 2 }, { x: 0, y: 0 }))).toBe(true);
    expect(await until(points.compareAndSet(0, { x: 1, y: 2 }, { x: 9, y: 9 }))).toBe(false);
    expect(await until(points.get(0))).toEqual({ x: 0, y: 0 });
  });

  it('counts', async () => {
    const numbers = await make(1, 2);

    expect([await until(numbers.increment(0)), await until(numbers.increment(-1, 5))]).toEqual([2, 7]);
    const texts = await make('a');
    expect(await codeOf((texts as unknown as StateList<number>).increment(0))).toBe('not_a_number');
  });

  it('gives a part of it, as an array does', async () => {
    const numbers = await make(1, 2, 3, 4);

    expect(await until(Promise.all([numbers.slice(), numbers.slice(1), numbers.slice(1, 3), numbers.slice(-2), numbers.slice(3, 1)])))
      .toEqual([[1, 2, 3, 4], [2, 3, 4], [2, 3], [3, 4], []]);
  });

  it('is updated as a whole, again when somebody else was faster', async () => {
    const numbers = await make(3, 1, 2);

    const adding = [4, 5, 6].map((n) => numbers.update((all) => [...all, n]));
    await until(Promise.all(adding));

    expect(await until(numbers.update((all) => all.toSorted((a, b) => a - b)))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await until(numbers.snapshot())).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await codeOf(numbers.update(() => 5 as never))).toBe('TROUPE_INVALID_OPTION');
  });

  it('goes over what was there at the beginning', async () => {
    const numbers = await make(1, 2, 3);
    const seen: number[] = [];

    await until((async () => {
      for await (const n of numbers) {
        seen.push(n);
        await numbers.clear();
      }
    })());

    expect(seen).toEqual([1, 2, 3]);
  });

  it('is watched', async () => {
    const numbers = await make(1);
    const watched = numbers.watch();

    expect((await until(watched.next())).value).toEqual([1]);
    await until(numbers.push(2));
    expect((await until(watched.next())).value).toEqual([1, 2]);
    await watched.return();
  });

  it('shares nothing with those who put items there, nor with those who get them', async () => {
    const given = { tags: ['a'] };
    const posts = await make(given);
    await until(posts.push(given));
    await until(posts.update((all) => [...all, given]));
    given.tags.push('b');

    const all = await until(posts.snapshot());

    expect(all).toEqual([{ tags: ['a'] }, { tags: ['a'] }, { tags: ['a'] }]);
    for (const each of [all, all[0], all[2]?.tags, await until(posts.slice(1)), (await until(posts.pop()))?.tags]) expect(Object.isFrozen(each)).toBe(true);
  });

  it('says what it is', async () => {
    expect(String(await make(1))).toMatch(/^StateList\(list .*list-1\)$/);
  });
});
