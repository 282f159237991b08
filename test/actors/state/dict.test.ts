import { describe, expect, it } from 'vitest';
import { state, type StateDict } from '../../../index.ts';
import { PASSINGS, StatePlace } from '../../support/state-place.ts';

describe.each(PASSINGS)('a dict (%s)', (passing) => {
  const place = new StatePlace(passing);
  const codeOf = (promise: Promise<unknown>): Promise<unknown> => place.codeOf(promise);
  const until = <T>(promise: PromiseLike<T>): Promise<T> => place.until(promise);
  const make = <T>(initial: Record<string, T> | ReadonlyMap<string, T> = {}): Promise<StateDict<T>> => (
    until(state.dict<T>({ ...place.options, initial })) as Promise<StateDict<T>>
  );

  it('has what was set, until it is deleted', async () => {
    const ages = await make<number>({ ada: 36 });

    await until(ages.set('alan', 41));

    expect([await until(ages.get('ada')), await until(ages.get('alan')), await until(ages.get('eve'))]).toEqual([36, 41, undefined]);
    expect([await until(ages.has('ada')), await until(ages.has('eve'))]).toEqual([true, false]);
    expect([await until(ages.delete('ada')), await until(ages.delete('ada'))]).toEqual([true, false]);
    expect([await until(ages.take('alan')), await until(ages.take('alan'))]).toEqual([41, undefined]);
    expect(await until(ages.size())).toBe(0);
  });

  it('keeps the order of its keys, and goes over what was there at the beginning', async () => {
    const ages = await make(new Map([['b', 1], ['7', 2], ['a', 3]]));
    const seen: [string, number][] = [];

    await until((async () => {
      for await (const entry of ages) {
        seen.push(entry);
        await ages.clear();
      }
    })());

    expect(seen).toEqual([['b', 1], ['7', 2], ['a', 3]]);
    expect(await until(ages.keys())).toEqual([]);
  });

  it('counts, also what wasn\'t there, whoever else counts', async () => {
    const hits = await make<number>();

    const counts = await until(Promise.all(Array.from({ length: 20 }, () => hits.increment('/home'))));

    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(await until(hits.increment('/home', -5))).toBe(15);
  });

  it('adds to lists, also to one that wasn\'t there', async () => {
    const tags = await make<string[]>({ a: ['x'] });

    expect(await until(tags.push('a', 'y', 'z'))).toBe(3);
    expect(await until(tags.push('b', 'w'))).toBe(1);
    expect(await until(tags.snapshot())).toEqual({ a: ['x', 'y', 'z'], b: ['w'] });
  });

  it('refuses to count texts, and to add to numbers', async () => {
    const values = await make<unknown>({ text: 'a', number: 5 });

    expect(await codeOf((values as StateDict<number>).increment('text'))).toBe('not_a_number');
    expect(await codeOf((values as StateDict<unknown[]>).push('number', 1))).toBe('not_a_list');
    expect(await until(values.snapshot())).toEqual({ text: 'a', number: 5 });
  });

  it('sets what is still as expected, by its parts', async () => {
    const jobs = await make<{ state: string; by?: string }>({ a: { state: 'open' } });

    expect(await until(jobs.compareAndSet('a', { state: 'done' }, { state: 'taken' }))).toBe(false);
    expect(await until(jobs.compareAndSet('a', { state: 'open' }, { state: 'taken', by: 'ada' }))).toBe(true);
    expect(await until(jobs.compareAndSet('b', undefined, { state: 'open' }))).toBe(true);
    expect(await until(jobs.snapshot())).toEqual({ a: { state: 'taken', by: 'ada' }, b: { state: 'open' } });
  });

  it('gives what is there, or sets it', async () => {
    const users = await make<{ name: string }>();

    const all = await until(Promise.all(['ada', 'alan'].map((name) => users.getOrSet('first', { name }))));

    expect(all).toEqual([{ name: 'ada' }, { name: 'ada' }]);
  });

  it('updates by a function, again when somebody else was faster', async () => {
    const lists = await make<number[]>();
    let runs = 0;
    const add = (n: number): Promise<readonly number[]> => lists.update('a', (list = []) => {
      runs++;
      return [...list, n];
    });

    await until(Promise.all([add(1), add(2), add(3)]));

    expect((await until(lists.get('a')))?.toSorted()).toEqual([1, 2, 3]);
    expect(runs).toBeGreaterThan(3);
    expect(await codeOf(lists.update('a', () => { throw Object.assign(new Error('no'), { code: 'NO' }); }))).toBe('NO');
    expect(await until(lists.update('b', () => [5]))).toEqual([5]);
  });

  it('sets several at once', async () => {
    const ages = await make<number>({ a: 1, b: 2 });

    await until(ages.patch({ b: 3, c: 4 }));
    await until(ages.patch(new Map([['__proto__', 5]])));

    expect(await until(ages.keys())).toEqual(['a', 'b', 'c', '__proto__']);
    expect(await until(ages.get('c'))).toBe(4);
  });

  it('takes any text as a key, and pollutes nothing', async () => {
    const texts = await make<string>(Object.fromEntries([['__proto__', 'a']]));

    for (const key of ['constructor', '', 'toString', 'hasOwnProperty']) {
      expect(await until(texts.get(key)), key).toBeUndefined();
      await until(texts.set(key, key));
    }

    const snapshot = await until(texts.snapshot());
    expect(Object.keys(snapshot)).toEqual(['__proto__', 'constructor', '', 'toString', 'hasOwnProperty']);
    expect(Object.entries(snapshot)[0]).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(snapshot)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
    expect(await codeOf(texts.get(5 as unknown as string))).toBe('TROUPE_INVALID_OPTION');
  });

  it('shares nothing with those who set it, nor with those who get it', async () => {
    const given = { tags: ['a'], when: new Date(1) };
    const posts = await make<typeof given>({ first: given });
    await until(posts.set('second', given));
    given.tags.push('b');
    given.when.setTime(2);

    const got = await until(posts.get('second'));

    expect(await until(posts.get('first'))).toEqual({ tags: ['a'], when: new Date(1) });
    expect(got).toEqual({ tags: ['a'], when: new Date(1) });
    expect(() => { (got as typeof given).tags.push('c'); }).toThrow(TypeError);
    got?.when.setTime(3);
    const snapshot = await until(posts.snapshot());
    expect(snapshot['second']).toEqual({ tags: ['a'], when: new Date(1) });
    expect([snapshot, snapshot['first'], snapshot['first']?.tags].every(Object.isFrozen)).toBe(true);
    for await (const [, post] of posts) expect(Object.isFrozen(post.tags)).toBe(true);
    expect(Object.isFrozen(given)).toBe(false);
  });

  it('may be given back what has come out of it', async () => {
    const posts = await make<{ tags: string[] }>({ a: { tags: ['x'] } });
    const post = await until(posts.get('a'));

    if (post !== undefined) await until(posts.set('b', post));
    await until(posts.update('a', (found) => ({ ...found, tags: ['y'] })));

    expect(await until(posts.snapshot())).toEqual({ a: { tags: ['y'] }, b: { tags: ['x'] } });
  });

  it('says what it is', async () => {
    const ages = await make<number>();

    expect(String(ages)).toMatch(/^StateDict\(dict .*dict-1\)$/);
  });

  it('refuses what can\'t be sent, and says which part', async () => {
    const values = await make<unknown>();

    await expect(until(values.set('a', { b: () => 1 }))).rejects.toMatchObject({ code: 'TROUPE_NOT_SENDABLE' });
    expect(await codeOf(values.update('a', () => Symbol('a')))).toBe('TROUPE_NOT_SENDABLE');
    expect(await until(values.size())).toBe(0);
  });

  it.each<[string, unknown]>([
    ['a map with other keys than texts', new Map([[1, 'a']])], ['a date', new Date(0)], ['a set', new Set(['a'])], ['a list', [1]], ['a pattern', /a/],
    ['an instance', new (class Ages { ada = 36; })()], ['bytes', new Uint8Array(1)],
  ])('takes objects and maps of texts for entries, and not %s', async (_what, entries) => {
    const values = await make<unknown>();

    expect(await codeOf(values.patch(entries as never))).toBe('TROUPE_INVALID_OPTION');
    expect(await codeOf(make(entries as never))).toBe('TROUPE_INVALID_OPTION');
    await until(values.patch(Object.assign(Object.create(null) as object, { a: 1 })));
    expect(await until(values.keys())).toEqual(['a']);
  });

  it('checks what it is given', async () => {
    const hits = await make<number>();

    const codes = await Promise.all([
      hits.increment('a', '1' as unknown as number), hits.patch(5 as never), hits.update('a', 5 as never), hits.get('a', { time: 5 } as object),
      state.dict({ ...place.options, initial: 5 as never }) as Promise<unknown>,
    ].map(codeOf));

    expect(new Set(codes)).toEqual(new Set(['TROUPE_INVALID_OPTION']));
    expect(() => hits.watch({ timeout: 5 } as object)).toThrow(TypeError);
    expect(await codeOf(hits.get('a', { timeout: 0 }))).toBe('TROUPE_INVALID_DURATION');
    expect(await codeOf(hits.get('a', { signal: AbortSignal.abort(Object.assign(new Error('no'), { code: 'NO' })) }))).toBe('NO');
  });
});
