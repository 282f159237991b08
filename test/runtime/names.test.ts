import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActorRef, ActorSystem, HostKind, RefOf } from '../../index.ts';
import type { SupervisorContext } from '../../core/child-slots.ts';
import { Definition } from '../../core/definition.ts';
import { actor, child } from '../../index.ts';
import { Counter } from '../support/actors/counter.ts';
import { TestKit } from '../../testing/test-kit.ts';
import { Gate } from '../support/actors/narrow.ts';
import { SharedPlace } from '../support/shared-place.ts';
import { TestSystem } from '../support/test-system.ts';
import { Homebody, Tied, type TiedRef } from '../support/actors/tied.ts';
import { deadline } from '../support/deadline.ts';
import { failureOf } from '../support/failure-of.ts';
import { until } from '../support/until.ts';

let kit: TestKit;
let system: ActorSystem;
beforeEach(() => {
  kit = new TestKit();
  ({ system } = kit);
});
afterEach(() => kit[Symbol.asyncDispose]());

const HOSTS: readonly HostKind[] = ['local', 'thread', 'process'];

/** Holds one named child, and starts it again whenever it ends; its next life starts it anew. */
const Keeper = actor({
  name: 'keeper',
  async init(input: { name: string; inner?: string }, startCtx) {
    const ctx = startCtx as unknown as SupervisorContext;
    ctx.trapExit(true);
    const definition = Definition.of(input.inner === undefined ? Tied : Keeper);
    const supervision = { restart: 'permanent', shutdownMs: 5_000 } as const;
    const inner = input.inner === undefined ? undefined : { name: input.inner };
    const start = { definition, input: inner, place: { kind: 'local' } as const, supervision, timeoutMs: 5_000 };
    const { ref: held } = await ctx.children.start('held', { ...start, name: input.name });
    return { children: ctx.children, held };
  },
  handlers: {
    held: (ctx): unknown => ctx.state.held,
    remove(ctx) { ctx.state.children.remove(ctx.state.held); },
    crash(): never { throw new Error('crash on request'); },
  },
  signals: {
    exit: async ({ state }) => { await state.children.restart(state.held); },
  },
});
type KeeperRef = RefOf<typeof Keeper>;

const Here = actor({
  name: 'here',
  init: () => ({ told: [] as string[] }),
  handlers: {
    monitor(ctx, ref: ActorRef<object>) { ctx.monitor(ref); },
    link(ctx, ref: ActorRef<object>) { ctx.link(ref); },
    told: (ctx) => ctx.state.told,
  },
  signals: { down({ state }, { ref, reason }) { state.told.push(`${String(ref)} ${reason.kind}`); } },
});

describe('system.whereis', () => {
  it.each(HOSTS)('finds the actor that has a name: on %s', async (host) => {
    const named = await system.spawn(Tied, { name: 'one', host });

    expect(await system.whereis(Tied, 'one')).toBe(named);
    expect(await system.whereis(Tied, 'another')).toBe(undefined);
    await named.stop();
    expect(await system.whereis(Tied, 'one')).toBe(undefined);
  });

  it('finds nobody whose first init isn\'t done, or has failed; the name is taken meanwhile', async () => {
    const [gate, other] = [await system.spawn(Gate), await system.spawn(Tied)];
    const starting = failureOf(system.spawn(Tied, { name: 'one', input: { gate, linkInInit: other } }));
    await until(async () => (await gate.ask.noted()).length > 0);

    expect(await system.whereis(Tied, 'one')).toBe(undefined);
    expect(await failureOf(system.spawn(Tied, { name: 'one' }))).toMatchObject({ code: 'TROUPE_NAME_TAKEN' });

    other.kill();
    await starting;
    expect(await (await system.spawn(Tied, { name: 'one' })).ask.echo('free')).toBe('free');
  });

  it('rejects when the actor runs another definition, whoever asks', async () => {
    const [tied] = [await system.spawn(Tied, { host: 'thread' }), await system.spawn(Counter, { name: 'visits', input: { start: 0 } })];

    const mismatch = { name: 'DefinitionMismatchError', message: 'Cannot find the definition "tied": "visits" runs counter' };
    expect(await failureOf(system.whereis(Tied, 'visits'))).toMatchObject(mismatch);
    expect(await failureOf(tied.ask.find('visits'))).toMatchObject({ name: 'ActorCrashedError', cause: mismatch });
  });

  it('shows an actor without import.meta to its own host alone', async () => {
    await system.spawn(Here, { name: 'here' });
    const tied = await system.spawn(Tied, { host: 'thread' });

    expect(await (await system.whereis(Here, 'here'))?.ask.told()).toEqual([]);
    expect(await failureOf(tied.ask.find('here'))).toMatchObject({ cause: { code: 'TROUPE_LOCAL_ONLY' } });
    await (await system.spawn(Tied, { host: 'thread' })).ask.addHomebody('at home');
    expect(await failureOf(system.whereis(Homebody, 'at home'))).toMatchObject({ code: 'TROUPE_LOCAL_ONLY' });
    expect(await failureOf(system.ref(Homebody, 'at home').ask.echo('hello?'))).toMatchObject({ code: 'TROUPE_LOCAL_ONLY' });
  });

  it.each([[5, 'TROUPE_INVALID_OPTION'], ['a/b', 'TROUPE_INVALID_OPTION'], ['', 'TROUPE_RESERVED_NAME'], ['then', 'TROUPE_RESERVED_NAME']])(
    'refuses %o, which can be no name', async (name, code) => {
      expect(await failureOf(system.whereis(Tied, name as string))).toMatchObject({ code });
      expect(await failureOf(() => system.ref(Tied, name as string))).toMatchObject({ code });
    },
  );

  it('refuses what is no definition', async () => {
    expect(await failureOf(system.whereis({} as typeof Tied, 'one'))).toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
    expect(await failureOf(() => system.ref({} as typeof Tied, 'one'))).toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
  });
});

describe('the name of a supervisor\'s child', () => {
  it('is its own in the system, not a part of its path, and is kept over restarts', async () => {
    const keeper = await system.spawn(Keeper, { name: 'top', input: { name: 'worker' } });
    const worker = await system.whereis(Tied, 'worker') as TiedRef;
    expect(String(worker)).toBe('ActorRef(tied top/held)');
    expect(await keeper.ask.held()).toBe(worker);

    worker.tell.crash('boom');
    const named = system.ref(Tied, 'worker');

    expect(await named.ask.incarnation()).toBe(2);
    expect(await system.whereis(Tied, 'worker')).toBe(worker);
    expect(await failureOf(system.spawn(Tied, { name: 'worker' }))).toMatchObject({ code: 'TROUPE_NAME_TAKEN', ref: worker });
  });

  it('is kept over a restart of its supervisor, and free when the slot is given up', async () => {
    await system.spawn(Keeper, { input: { name: 'inner', inner: 'worker' } });
    const [inner, worker] = [await system.whereis(Keeper, 'inner') as KeeperRef, await system.whereis(Tied, 'worker') as TiedRef];

    inner.tell.crash();

    await until(async () => await worker.ask.incarnation() === 2);
    expect(await system.whereis(Tied, 'worker')).toBe(worker);
    worker.kill();
    await until(async () => await worker.ask.incarnation() === 3);
    await inner.stop();
    await until(async () => await worker.ask.incarnation() === 4);
  });

  it('is refused when another actor has it: the start fails', async () => {
    const first = await system.spawn(Tied, { name: 'worker' });

    const failure = await failureOf(system.spawn(Keeper, { input: { name: 'worker' } }));

    expect(failure).toMatchObject({ code: 'TROUPE_START_FAILED', cause: { code: 'TROUPE_NAME_TAKEN', ref: first } });
  });

  it('must be one', async () => {
    expect(await failureOf(() => child(Tied, { name: 'a/b' }))).toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
  });
});

describe('a ref to a name', () => {
  it.each(HOSTS)('reaches whoever has it when the message is sent: on %s', async (host) => {
    const named = system.ref(Counter, 'visits');
    const first = await system.spawn(Counter, { name: 'visits', host, input: { start: 1 } });
    expect(await named.ask.value()).toBe(1);
    await first.stop();

    await system.spawn(Counter, { name: 'visits', host, input: { start: 10 } });
    expect(named.tell.increment(5)).toBe(true);

    expect(await named.with({ timeout: '5s' }).ask.value()).toBe(15);
    const stream = named.ask.watch(1);
    expect(await stream.next()).toMatchObject({ value: 15 });
    await stream.return?.();
    expect(String(named)).toBe('ActorRef(counter visits)');
  });

  it('that nobody has is like a ref to an actor that has ended, and all is counted', async () => {
    const named = system.ref(Counter, 'visits');
    const letters: unknown[] = [];
    system.events.on('dead_letter', (letter) => letters.push(letter));

    expect(named.tell.increment()).toBe(true);
    const stopped = { name: 'ActorStoppedError', executed: 'no', message: 'Cannot ask value of "visits": the actor has ended' };
    expect(await failureOf(named.ask.value())).toMatchObject(stopped);
    expect(await failureOf(named.ask.watch(1).next())).toMatchObject({ name: 'ActorStoppedError', executed: 'no' });
    await Promise.all([named.drained(), named.stop()]);
    named.kill();

    expect(await named.closed).toEqual({ kind: 'normal' });
    expect(letters).toMatchObject([{ actor: 'visits', handler: 'increment', reason: 'stopped', count: 1 }]);
    expect(system.account).toMatchObject({ sent: 3, rejected: 2, deadLetters: 1, queued: 0 });
  });

  it('that runs another definition is refused: a tell throws, an ask and a stream reject', async () => {
    await system.spawn(Tied, { name: 'visits' });
    const named = system.ref(Counter, 'visits');

    const mismatch = { name: 'DefinitionMismatchError', message: 'Cannot find the definition "counter": "visits" runs tied' };
    expect(await failureOf(() => named.tell.increment())).toMatchObject(mismatch);
    expect(await failureOf(named.ask.value())).toMatchObject(mismatch);
    expect(await failureOf(named.ask.watch(1).next())).toMatchObject(mismatch);
    expect(await failureOf(named.stop())).toMatchObject(mismatch);
    expect(await failureOf(named.drained())).toMatchObject(mismatch);
  });

  it.each(HOSTS)('is the ref of who has it wherever a message takes it: to %s', async (host) => {
    const visits = await system.spawn(Counter, { name: 'visits', input: { start: 0 } });
    const other = await system.spawn(Tied, { host });
    const named = system.ref(Counter, 'visits');

    expect(await other.ask.back({ deep: [named] })).toEqual({ deep: [visits] });
    expect((await other.ask.back([named]) as unknown[])[0]).toBe(visits);
    other.tell.monitor(named);
    await visits.stop();
    await until(async () => (await other.ask.told()).length > 0);
    expect((await other.ask.told())[0]?.ref).toBe(visits);
    expect(await failureOf(other.ask.back(named))).toMatchObject({
      name: 'NotSendableError', executed: 'no', message: expect.stringContaining('a ref to the name "visits", which nobody has') as string,
    });
  });

  it('of another system is refused', async () => {
    await using stranger = new TestSystem();
    await system.spawn(Counter, { name: 'visits', input: { start: 0 } });
    const tied = await stranger.spawn(Tied);

    expect(() => tied.tell.monitor(system.ref(Counter, 'visits'))).toThrow('a ref of another system');
  });

  it('can be monitored and linked by an actor that messages may bring it to as it is', async () => {
    const here = await system.spawn(Here);
    const named = system.ref(Tied, 'one');
    await here.ask.monitor(named);
    const one = await system.spawn(Tied, { name: 'one' });
    await here.ask.monitor(named);
    await one.stop();
    expect(await here.ask.told()).toEqual([expect.stringContaining('normal'), 'ActorRef(tied one) normal']);

    here.tell.link(named);

    expect(await deadline(here.closed, 'it ends')).toMatchObject({ kind: 'error', error: { code: 'TROUPE_ACTOR_STOPPED' } });
  });

  it('ends who has it', async () => {
    const named = system.ref(Tied, 'one');
    const [first, closed] = [await system.spawn(Tied, { name: 'one' }), named.closed];
    await named.stop();
    const second = await system.spawn(Tied, { name: 'one' });
    named.kill();

    expect(await first.closed).toEqual({ kind: 'normal' });
    expect(await second.closed).toEqual({ kind: 'killed' });
    expect(await closed).toEqual({ kind: 'normal' });
  });
});

describe.each(['thread', 'process'] as const)('a name on a real %s', (host) => {
  const place = new SharedPlace(host);

  it('is found, and its ref reaches whoever has it, wherever it was brought', async () => {
    const named = place.system.ref(Tied, 'one');
    const other = await place.system.spawn(Tied, { host: place.host });
    for (let life = 1; life <= 2; life++) {
      const one = await place.system.spawn(Tied, { name: 'one', host: place.host });

      expect(await place.system.whereis(Tied, 'one')).toBe(one);
      expect(await other.ask.find('one')).toBe(one);
      expect(await other.ask.back({ deep: [named] })).toEqual({ deep: [one] });
      await named.ask.note(life);
      expect(await one.ask.noted()).toEqual([life]);
      await one.stop();
      expect(await place.system.whereis(Tied, 'one')).toBe(undefined);
    }
  });
});
