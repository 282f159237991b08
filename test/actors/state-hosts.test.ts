import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CounterActor, StateCounter, child, run, state, supervisor, type ActorError, type ActorSystem, type HostKind, type HostSet, type RefOf,
} from '../../index.ts';
import { StateUser, type Settings } from '../support/actors/state-users.ts';
import { TestSystem } from '../support/test-system.ts';
import { countTogether } from '../support/count-together.ts';

const LIMIT_MS = 60_000;

let system: ActorSystem;
let places: Record<HostKind, HostSet | 'local'>;
let users: readonly RefOf<typeof StateUser>[];

beforeAll(async () => {
  system = new TestSystem();
  const [thread, process] = await Promise.all([system.hosts({ kind: 'thread', size: 1 }), system.hosts({ kind: 'process', size: 1 })]);
  places = { local: 'local', thread, process };
  const refs = await Promise.all(Object.values(places).map((host) => system.spawn(StateUser, { host })));
  users = refs.map((ref) => ref.with({ timeout: '30s' }));
}, LIMIT_MS);
afterAll(() => system.stop());

describe.each(['local', 'thread', 'process'] as const)('shared state (%s), used on a local, a thread and a process host', (kind) => {
  it('loses no increment', async () => {
    const hits = await state.dict<number>({ system, host: places[kind] });

    await Promise.all(users.map((user) => user.ask.hit(hits, '/', 100)));

    expect(await hits.get('/')).toBe(300);
  }, LIMIT_MS);

  it('loses no update', async () => {
    const list = await state.list<number>({ system, host: places[kind] });

    await Promise.all(users.map((user, i) => user.ask.append(list, Array.from({ length: 10 }, (_, n) => 10 * i + n))));

    expect((await list.snapshot()).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  }, LIMIT_MS);

  it('refuses what would be lost, tells what was wrong, and stays', async () => {
    for (const user of users) {
      const posts = await state.dict<{ tags: string[] }>({ system, host: places[kind] });

      expect(await user.ask.misuse(posts)).toEqual([true, true, 'TROUPE_NOT_SENDABLE', 'not_a_number', { a: { tags: ['z'] } }]);
    }
  }, LIMIT_MS);

  it('gives snapshots that can\'t be changed, and loops over what was there', async () => {
    for (const user of users) {
      const settings = await state.namespace<Settings>({ initial: { level: 'info', hits: 0, tags: [] }, system, host: places[kind] });
      const dict = await state.dict<number>({ initial: { b: 1, a: 2 }, system, host: places[kind] });

      expect(await user.ask.tryToChange(settings)).toEqual([]);
      expect(await user.ask.iterate(dict)).toEqual([['b', 1], ['a', 2]]);
      expect(await dict.size()).toBe(0);
    }
  }, LIMIT_MS);

  it('is watched', async () => {
    const counter = await state.counter({ system, host: places[kind] });
    const waiting = users.map((user) => user.ask.waitFor(counter, 3));

    for (let n = 0; n < 3; n++) await counter.increment();

    expect(await Promise.all(waiting)).toEqual([3, 3, 3]);
  }, LIMIT_MS);
});

describe('shared state that ends while others wait', () => {
  /** The codes of what those who wait on each host are told. */
  const tellAll = async (counter: StateCounter, end: () => void): Promise<unknown[]> => {
    const own = await Promise.all(Object.values(places).map((host) => system.spawn(StateUser, { host })));
    const watched = counter.watch();
    await watched.next();
    const [here, ...elsewhere] = [watched.next(), ...own.map((user) => user.with({ timeout: '30s' }).ask.waitFor(counter, 1))];
    // They have answered: what was asked of them before is under way.
    await Promise.all(own.map((user) => user.ask.seen()));
    end();
    const codeOf = (error: unknown): unknown => (error as ActorError).code;
    // Elsewhere a handler lets the error pass, and so its actor crashes.
    return Promise.all([here?.catch(codeOf), ...elsewhere.map((each) => each.catch((error: unknown) => codeOf((error as Error).cause)))]);
  };

  it('is killed: each is told', async () => {
    const ref = await system.spawn(CounterActor, { input: { initial: 0 }, host: places.thread });

    expect(await tellAll(new StateCounter(ref), () => { ref.kill(); })).toEqual(Array(4).fill('TROUPE_ACTOR_STOPPED'));
  }, LIMIT_MS);

  it('loses its host: each is told', async () => {
    const host = await system.hosts({ kind: 'process', size: 1 });
    const [ref, neighbour] = await Promise.all([system.spawn(CounterActor, { input: { initial: 0 }, host }), system.spawn(StateUser, { host })]);

    expect(await tellAll(new StateCounter(ref), () => { neighbour.tell.die(); })).toEqual(Array(4).fill('TROUPE_HOST_DOWN'));
    await host[Symbol.asyncDispose]();
  }, LIMIT_MS);

  it('is started again by its supervisor: whoever watches goes on', async () => {
    const tree = supervisor({ backoff: false, children: { counter: child(CounterActor, { input: { initial: 1 }, host: 'process' }) } });
    await using app = await run(tree, { system, signals: false, log: false });
    const counter = new StateCounter(app.children.counter);
    const watched = counter.watch();
    await counter.increment();
    expect((await watched.next()).value).toBe(2);

    app.children.counter.kill();

    expect((await watched.next()).value).toBe(1);
    expect(await counter.increment()).toBe(2);
    expect((await watched.next()).value).toBe(2);
    await watched.return();
  }, LIMIT_MS);
});

it('20,000 increments by eight actors on four hosts give 20,000', async () => {
  expect(await countTogether(system, 20_000)).toBe(20_000);
}, LIMIT_MS);
