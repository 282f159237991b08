import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CounterActor, DictActor, StateCounter, StateDict, StateValue, ValueActor, child, state, supervisor, type ActorRef, type StateNamespace } from '../../../index.ts';
import { StateUser, endsOfWatching, type Settings } from '../../support/actors/state-users.ts';
import { testKit, type TestKit } from '../../../testing/index.ts';

/** What a loop over `watched` has seen, and how it has ended. */
class Seen<T> {
  readonly values: T[] = [];
  readonly end: Promise<unknown>;
  /** Whether it goes on. */
  wantsMore: (value: T) => boolean = () => true;

  constructor(watched: AsyncIterable<T>) {
    this.end = this.#run(watched);
  }

  async #run(watched: AsyncIterable<T>): Promise<unknown> {
    try {
      for await (const value of watched) {
        this.values.push(value);
        if (!this.wantsMore(value)) return 'left';
      }
      return 'ended';
    } catch (error) {
      return (error as { code?: unknown }).code ?? error;
    }
  }
}

describe.each(['local', 'thread', 'process'] as const)('watching shared state (%s)', (host) => {
  let kit: TestKit;
  beforeEach(async () => { kit = await testKit(); });
  afterEach(async () => { await kit[Symbol.asyncDispose](); });

  const until = <T>(promise: PromiseLike<T>): Promise<T> => kit.clock.until(promise);
  const number = (initial = 0, name = 'number'): Promise<StateValue<number>> => until(state.value({ initial, host, name, system: kit.system }));
  /** How many asks wait for an answer there. */
  const waitingAt = async (ref: ActorRef<object>): Promise<number> => (await until(kit.system.inspect(ref))).handling.length;

  it('gives what it is now, then what it becomes', async () => {
    const value = await number(1);
    const seen = new Seen(value.watch());
    await kit.idle();
    for (const n of [2, 3]) {
      await until(value.set(n));
      await kit.idle();
    }

    expect(seen.values).toEqual([1, 2, 3]);
  });

  it('skips what was there meanwhile, when its consumer is slow', async () => {
    const value = await number();
    const watched = value.watch();
    expect(await until(watched.next())).toEqual({ done: false, value: 0 });

    for (let n = 1; n <= 100; n++) await until(value.set(n));

    expect(await until(watched.next())).toEqual({ done: false, value: 100 });
    await watched.return();
  });

  it('wakes for its own key alone', async () => {
    const hits = await until(state.dict({ initial: { a: 1 } as Record<string, number>, host, system: kit.system }));
    const [a, b, all] = [new Seen(hits.watch('a')), new Seen(hits.watch('b')), new Seen(hits.watch())];
    const change = async (promise: Promise<unknown>): Promise<void> => {
      await until(promise);
      await kit.idle();
    };
    await kit.idle();

    await change(hits.increment('b'));
    await change(hits.patch({ a: 2, c: 3 }));
    await change(hits.delete('b'));
    await change(hits.delete('nothing'));
    await change(hits.clear());

    expect(a.values).toEqual([1, 2, undefined]);
    expect(b.values).toEqual([undefined, 1, undefined]);
    expect(all.values).toEqual([{ a: 1 }, { a: 1, b: 1 }, { a: 2, b: 1, c: 3 }, { a: 2, c: 3 }, {}]);
    expect(all.values.every(Object.isFrozen)).toBe(true);
  });

  it('wakes for its own property alone, also when all of them are updated', async () => {
    const initial: Settings = { level: 'info', hits: 0, tags: [] };
    const settings: StateNamespace<Settings> = await until(state.namespace({ initial, host, system: kit.system }));
    const [level, tags] = [new Seen(settings.watch('level')), new Seen(settings.watch('tags'))];
    await kit.idle();

    await until(settings.update((all) => ({ ...all, hits: all.hits + 1, tags: [...all.tags, 'a'] })));
    await kit.idle();

    expect(level.values).toEqual(['info']);
    expect(tags.values).toEqual([[], ['a']]);
  });

  it('leaves nothing behind when its consumer breaks off, or its signal is aborted', async () => {
    const ref = await kit.spawn(CounterActor, { input: { initial: 0 }, host });
    const counter = new StateCounter(ref);
    const over = new AbortController();
    const [left, aborted] = [new Seen(counter.watch()), new Seen(counter.watch({ signal: over.signal }))];
    left.wantsMore = (n) => n < 1;
    await kit.idle();
    expect(await waitingAt(ref)).toBe(2);

    await until(counter.increment());
    await kit.idle();
    expect(await left.end).toBe('left');
    expect(await waitingAt(ref)).toBe(1);
    over.abort(Object.assign(new Error('enough'), { code: 'ENOUGH' }));
    expect(await aborted.end).toBe('ENOUGH');
    await kit.idle();

    expect(await waitingAt(ref)).toBe(0);
  });

  it.each([false, true])('is done at return(), also while its consumer waits (with a signal: %s)', async (hasSignal) => {
    const ref = await kit.spawn(ValueActor, { input: { initial: 0 }, host });
    const watched = new StateValue<number>(ref).watch(hasSignal ? { signal: new AbortController().signal } : {});
    await until(watched.next());
    const waiting = [watched.next(), watched.next()];
    await kit.idle();
    expect(await waitingAt(ref)).toBe(1);

    expect(await until(Promise.all([...waiting, watched.return(), watched.next()]))).toEqual(Array.from({ length: 4 }, () => ({ done: true, value: undefined })));
    await kit.idle();

    expect(await waitingAt(ref)).toBe(0);
  });

  it('forgets a consumer that ends', async () => {
    const ref = await kit.spawn(ValueActor, { input: { initial: 0 }, host });
    const user = await kit.spawn(StateUser, { host: 'process' });
    user.tell.watch(new StateValue<number>(ref));
    await kit.idle();
    expect(await waitingAt(ref)).toBe(1);

    await kit.loseHost(user);

    expect(await waitingAt(ref)).toBe(0);
  });

  it.each(['kill', 'stop', 'crash'] as const)('ends when its consumer does, which asks no more (%s)', async (how) => {
    endsOfWatching.length = 0;
    const ref = await kit.spawn(ValueActor, { input: { initial: 0 }, host });
    const user = await kit.spawn(StateUser, { host: 'thread' });
    user.tell.watchToItsEnd(new StateValue<number>(ref));
    await kit.idle();

    switch (how) {
      case 'crash': await kit.crash(user); break;
      case 'kill': user.kill(); break;
      case 'stop': await until(user.stop({ grace: '1s' }));
    }
    await kit.idle();

    expect(endsOfWatching).toMatchObject([{ code: how === 'crash' ? 'TROUPE_ACTOR_CRASHED' : 'TROUPE_ACTOR_STOPPED' }]);
    expect(await waitingAt(ref)).toBe(0);
  });

  it.each(['crash', 'stop'] as const)('tells when it has ended for good (%s)', async (how) => {
    const value = await number();
    const seen = new Seen(value.watch());
    await kit.idle();

    if (how === 'crash') await kit.crash('number');
    else await until(value[Symbol.asyncDispose]());

    expect(await until(seen.end)).toBe(how === 'crash' ? 'TROUPE_ACTOR_CRASHED' : 'TROUPE_ACTOR_STOPPED');
    expect(await until(new Seen(value.watch()).end)).toBe('TROUPE_ACTOR_STOPPED');
  });

  it.each(['crash', 'loseHost'] as const)('goes on when a supervisor starts it again, from the beginning (%s)', async (how) => {
    if (host === 'local' && how === 'loseHost') return;
    const app = await kit.run(supervisor({
      strategy: 'one_for_all',
      backoff: false,
      intensity: { restarts: 10, within: '1m' },
      children: {
        hits: child(DictActor, { input: { initial: { a: 1 } }, host }),
        total: child(CounterActor, { input: { initial: 0 }, host }),
      },
    }));
    const [hits, total] = [new StateDict<number>(app.children.hits), new StateCounter(app.children.total)];
    const [a, none, all] = [new Seen(hits.watch('a')), new Seen(hits.watch('none')), new Seen(total.watch())];
    await kit.idle();
    await until(Promise.all([hits.increment('a'), total.increment()]));

    for (let i = 0; i < 3; i++) {
      await kit[how](app.children.total);
      await kit.clock.advance('1s');
    }
    await until(hits.increment('a'));
    await kit.idle();

    expect(a.values).toEqual([1, 2, 1, 1, 1, 2]);
    expect(none.values).toEqual([undefined]);
    expect(all.values).toEqual([0, 1, 0, 0, 0]);
    await until(app.stop());
    expect(await until(Promise.all([a.end, none.end, all.end]))).toEqual(Array(3).fill('TROUPE_ACTOR_STOPPED'));
  });
});
