import { describe, expect, it } from 'vitest';
import { state, type StateNamespace } from '../../../index.ts';
import type { Settings } from '../../support/actors/state-users.ts';
import { PASSINGS, StatePlace } from '../../support/state-place.ts';

describe.each(PASSINGS)('a namespace (%s)', (passing) => {
  const place = new StatePlace(passing);
  const codeOf = (promise: Promise<unknown>): Promise<unknown> => place.codeOf(promise);
  const until = <T>(promise: PromiseLike<T>): Promise<T> => place.until(promise);
  const make = (): Promise<StateNamespace<Settings>> => (
    until(state.namespace<Settings>({ ...place.options, initial: { level: 'info', hits: 0, tags: ['a'] } }))
  );

  it('has the properties that were set, each with its type', async () => {
    const settings = await make();

    await until(settings.set('level', 'debug'));
    await until(settings.patch({ hits: 5, tags: [] }));

    const [level, hits]: [string, number] = [await until(settings.get('level')), await until(settings.get('hits'))];
    expect([level, hits]).toEqual(['debug', 5]);
    expect(await until(settings.snapshot())).toEqual({ level: 'debug', hits: 5, tags: [] });
  });

  it('counts, compares and updates', async () => {
    const settings = await make();

    expect(await until(settings.increment('hits', 2))).toBe(2);
    expect(await until(settings.compareAndSet('tags', ['b'], []))).toBe(false);
    expect(await until(settings.compareAndSet('tags', ['a'], ['b']))).toBe(true);
    const adding = ['x', 'y', 'z'].map((tag) => settings.update((all) => ({ ...all, hits: all.hits + 1, tags: [...all.tags, tag] })));
    await until(Promise.all(adding));

    const { hits, tags } = await until(settings.snapshot());
    expect([hits, tags.toSorted()]).toEqual([5, ['b', 'x', 'y', 'z']]);
    expect(await codeOf(settings.increment('level' as 'hits'))).toBe('not_a_number');
    for (const wrong of [null, new Date(0), new (class { hits = 0; })()]) {
      expect(await codeOf(settings.update(() => wrong as never))).toBe('TROUPE_INVALID_OPTION');
      expect(await codeOf(settings.patch(wrong as never))).toBe('TROUPE_INVALID_OPTION');
    }
  });

  it('loses at an update what isn\'t there any more', async () => {
    const made = await until(state.namespace<{ a?: number; b?: number }>({ ...place.options, initial: { a: 1, b: 2 } }));

    await until(made.update(({ b }) => b === undefined ? {} : { b }));

    expect(await until(made.snapshot())).toEqual({ b: 2 });
  });

  it('gives snapshots that nobody can change', async () => {
    const settings = await make();

    const snapshot = await until(settings.snapshot());

    expect([snapshot, snapshot.tags, await until(settings.get('tags'))].every(Object.isFrozen)).toBe(true);
    expect(String(settings)).toMatch(/^StateNamespace\(namespace .*namespace-1\)$/);
    expect(await codeOf(state.namespace({ ...place.options, initial: 5 as never }) as Promise<unknown>)).toBe('TROUPE_INVALID_OPTION');
  });
});
