import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspect } from 'node:util';
import {
  DictActor, ListActor, NamespaceActor, StateDict, StateList, StateNamespace, StateValue, ValueActor, child, state, supervisor, type ActorError,
  type StateCounter,
} from '../../../index.ts';
import { StateUser, type Settings } from '../../support/actors/state-users.ts';
import { testKit, type TestKit } from '../../../testing/index.ts';

describe('a handle of shared state', () => {
  let kit: TestKit;
  beforeEach(async () => { kit = await testKit(); });
  afterEach(async () => { await kit[Symbol.asyncDispose](); });

  const until = <T>(promise: PromiseLike<T>): Promise<T> => kit.clock.until(promise);
  /** What it resolves with, or the code of what it rejects with. */
  const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => (error as { code: unknown }).code);
  const codeOf = (promise: Promise<unknown>): Promise<unknown> => until(outcomeOf(promise));

  it.each(['local', 'thread', 'process'] as const)('is used by actors on any host (made on %s)', async (host) => {
    const hits = await until(state.dict<number>({ host, system: kit.system }));
    const list = await until(state.list<number>({ host, system: kit.system }));
    const users = await Promise.all((['local', 'thread', 'process'] as const).map((each) => kit.spawn(StateUser, { host: each })));

    await until(Promise.all(users.flatMap((user, i) => [user.ask.hit(hits, '/', 5), user.ask.append(list, [i, i + 10])])));

    expect(await until(hits.get('/'))).toBe(15);
    expect((await until(list.snapshot())).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 10, 11, 12]);
  });

  it('comes back as what it was', async () => {
    const counter = await until(state.counter({ system: kit.system, name: 'hits' }));
    const user = await kit.spawn(StateUser, { host: 'thread' });

    const back = await until(user.ask.pass(counter));
    await until(back.increment());

    expect(await until(counter.get())).toBe(1);
    expect([inspect(counter), inspect(back)]).toEqual(['StateCounter(counter hits)', 'StateCounter(counter hits)']);
  });

  it.each(['local', 'thread', 'process'] as const)('gives snapshots that can\'t be changed on any host (%s)', async (host) => {
    const initial: Settings = { level: 'info', hits: 0, tags: [] };
    const settings = await until(state.namespace({ initial, system: kit.system }));
    const user = await kit.spawn(StateUser, { host });

    expect(await until(user.ask.tryToChange(settings))).toEqual([]);
    expect(inspect(await until(settings.snapshot()))).toBe('{ level: \'info\', hits: 0, tags: [] }');
  });

  it.each(['crash', 'loseHost'] as const)('tells all who wait when its actor ends, and all who come later (%s)', async (how) => {
    const counter = await until(state.counter({ name: 'counter', host: 'thread', system: kit.system }));
    const user = await kit.spawn(StateUser, { host: 'process' });
    const watched = counter.watch();
    expect((await until(watched.next())).value).toBe(0);
    const waiting = outcomeOf(watched.next());
    // Its handler lets the error pass, and so it crashes.
    const waitingElsewhere = user.with({ timeout: Infinity }).ask.waitFor(counter, 5).catch(({ cause }: Error) => (cause as ActorError).code);
    await kit.idle();

    await kit[how]('counter');

    const code = how === 'crash' ? 'TROUPE_ACTOR_CRASHED' : 'TROUPE_HOST_DOWN';
    expect(await until(Promise.all([waiting, waitingElsewhere]))).toEqual([code, code]);
    expect(await codeOf(counter.increment())).toBe('TROUPE_ACTOR_STOPPED');
    expect(await codeOf(counter.watch().next())).toBe('TROUPE_ACTOR_STOPPED');
  });

  it('waits no longer than it may', async () => {
    const ref = await kit.spawn(ValueActor, { input: { initial: 1 }, host: 'thread' });
    const value = new StateValue<number>(ref);
    await until(kit.system.suspend(ref));
    const over = new AbortController();
    const aborted = outcomeOf(value.get({ signal: over.signal }));
    await kit.idle();
    over.abort(Object.assign(new Error('enough'), { code: 'ENOUGH' }));

    expect(await aborted).toBe('ENOUGH');
    const began = kit.clock.now();
    expect(await codeOf(value.get({ timeout: '1s' }))).toBe('TROUPE_ASK_TIMEOUT');
    expect(kit.clock.now() - began).toBeLessThan(1_500);
    expect(await codeOf(value.get())).toBe('TROUPE_ASK_TIMEOUT');
    expect(kit.clock.now() - began).toBeGreaterThan(5_900);
    await until(kit.system.resume(ref));
    expect(await until(value.get())).toBe(1);
  });

  it('ends its actor when it is disposed of', async () => {
    let kept: StateCounter | undefined;
    await until((async () => {
      await using counter = await state.counter({ system: kit.system });
      kept = counter;
      await counter.increment();
    })());

    expect(await codeOf(kept!.get())).toBe('TROUPE_ACTOR_STOPPED');
  });

  it('is made around a supervisor\'s child, too: after a restart it is as it was at the beginning', async () => {
    const app = await kit.run(supervisor({
      backoff: false,
      children: {
        hits: child(DictActor, { input: { initial: { '/': 1 } }, host: 'thread' }),
        jobs: child(ListActor, { input: { initial: [{ id: 1 }] } }),
        settings: child(NamespaceActor, { input: { initial: { level: 'info' } } }),
      },
    }));
    const hits = new StateDict<number>(app.children.hits);
    const jobs = new StateList<{ id: number }>(app.children.jobs);
    const settings = new StateNamespace<{ level: string }>(app.children.settings);
    await until(Promise.all([hits.increment('/'), jobs.push({ id: 2 }), settings.set('level', 'debug')]));

    for (const each of ['hits', 'jobs', 'settings'] as const) await kit.crash(app.children[each]);

    expect(await until(Promise.all([hits.snapshot(), jobs.snapshot(), settings.snapshot()]))).toEqual([{ '/': 1 }, [{ id: 1 }], { level: 'info' }]);
    await until(app.stop());
  });

  it('sets nothing by an update that began in an earlier life of its actor', async () => {
    const app = await kit.run(supervisor({ backoff: false, children: { value: child(ValueActor, { input: { initial: 0 } }) } }));
    const value = new StateValue<number>(app.children.value);
    const seen = new Set<number>();
    let ended: Promise<void> | undefined;
    await until(value.set(5));

    const updated = value.update((n) => {
      seen.add(n);
      ended ??= app.children.value.stop();
      return n + 1;
    });

    expect(await until(updated)).toBe(1);
    expect([...seen]).toEqual([5, 0]);
    await until(ended!);
    await until(app.stop());
  });
});
