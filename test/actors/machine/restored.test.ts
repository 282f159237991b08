import { describe, expect, it } from 'vitest';
import { assign, fromPromise, fromTransition, sendTo, setup, spawnChild, type AnyActorLogic } from 'xstate';
import { machine, postpone, type MachineDefinition, type RefOf } from '../../../index.ts';
import { testKit, type TestKit } from '../../../testing/index.ts';
import { failureOf } from '../../support/failure-of.ts';
import { noting } from '../../support/machine-kit.ts';

type Definition = MachineDefinition<AnyActorLogic>;
type Ref = RefOf<Definition>;

let lastName = 0;

function defined(logic: AnyActorLogic, title = 'restored'): Definition {
  return machine(import.meta, logic, { name: `restored-${++lastName}`, title });
}

function start(kit: TestKit, definition: Definition, options: object = {}): Promise<Ref> {
  return (kit.spawn as (definition: Definition, options: object) => Promise<Ref>)(definition, options);
}

/** As another one of its kind goes on, from a full snapshot. */
async function goOn(kit: TestKit, definition: Definition, ref: Ref): Promise<Ref> {
  const snapshot = await kit.clock.until(ref.ask.snapshot({ full: true }));
  await kit.clock.until(ref.stop());
  return start(kit, definition, { snapshot: JSON.parse(JSON.stringify(snapshot)) as object });
}

describe('a machine that goes on from a full snapshot', () => {
  it('has its state, context and history', async () => {
    await using kit = await testKit();
    const definition = defined(setup({}).createMachine({
      context: { n: 0 }, initial: 'on',
      on: { up: { actions: assign({ n: ({ context }) => (context.n as number) + 1 }) } },
      states: { on: { initial: 'slow', states: { slow: { on: { faster: 'fast' } }, fast: {}, last: { type: 'history' } }, on: { off: 'off' } }, off: { on: { on: 'on.last' } } },
    }));
    const first = await start(kit, definition);
    for (const type of ['up', 'up', 'faster', 'off']) first.tell.send({ type });

    const second = await goOn(kit, definition, first);

    expect(await kit.clock.until(second.ask.snapshot())).toMatchObject({ value: 'off', context: { n: 2 } });
    second.tell.send({ type: 'on' });
    expect((await kit.clock.until(second.ask.snapshot())).value).toEqual({ on: 'fast' });
  });

  it('waits only for what is left of its delays', async () => {
    await using kit = await testKit();
    const definition = defined(setup({}).createMachine({ initial: 'a', states: { a: { after: { 100: 'b' } }, b: {} } }));
    const first = await start(kit, definition);
    await kit.clock.advance(70);

    const second = await goOn(kit, definition, first);
    await kit.clock.advance(29);
    expect((await kit.clock.until(second.ask.snapshot())).value).toBe('a');
    await kit.clock.advance(1);

    expect((await kit.clock.until(second.ask.snapshot())).value).toBe('b');
  });

  it('has its children back, those in children and their delays included', async () => {
    await using kit = await testKit();
    const notes: string[] = [];
    const counter = fromTransition((n: number, _event: { type: 'up' }) => n + 1, 0);
    const inner = setup({ actors: { counter, kid: noting(notes, 'kid') } }).createMachine({
      initial: 'a', invoke: [{ src: 'counter', id: 'counter' }, { src: 'kid', id: 'kid' }],
      on: { up: { actions: sendTo('counter', { type: 'up' }) } }, states: { a: { after: { 100: 'b' } }, b: { type: 'final' } },
    });
    const definition = defined(setup({ actors: { inner } }).createMachine({
      initial: 'on', on: { up: { actions: sendTo('inner', { type: 'up' }) } },
      states: { on: { invoke: { src: 'inner', id: 'inner', onDone: 'off' } }, off: {} },
    }));
    const first = await start(kit, definition, { name: 'first' });
    first.tell.send({ type: 'up' });
    await kit.clock.advance(60);

    const second = await goOn(kit, definition, first);
    await kit.idle();

    expect(kit.running.map((path) => path.split('/').slice(1).join('/'))).toEqual(['', 'inner-1', 'inner-1/counter-1', 'inner-1/kid-1']);
    expect(notes).toEqual(['kid began', 'kid ended', 'kid began']);
    second.tell.send({ type: 'up' });
    await kit.idle();
    expect(await kit.clock.until(second.ask.snapshot({ full: true }))).toMatchObject({
      full: { snapshot: { children: { inner: { snapshot: { children: { counter: { snapshot: { context: 2 } } } } } } } },
    });
    await kit.clock.advance(40);
    expect((await kit.clock.until(second.ask.snapshot())).value).toBe('off');
  });

  it('begins its promises anew', async () => {
    await using kit = await testKit();
    let runs = 0;
    const definition = defined(setup({ actors: { work: fromPromise(() => (++runs === 1 ? new Promise(() => undefined) : Promise.resolve('done'))) } }).createMachine({
      initial: 'a', states: { a: { invoke: { src: 'work', onDone: 'b' } }, b: {} },
    }));
    const first = await start(kit, definition);

    const second = await goOn(kit, definition, first);
    await kit.idle();

    expect((await kit.clock.until(second.ask.snapshot())).value).toBe('b');
    expect(runs).toBe(2);
  });

  it('still has the events that it had postponed', async () => {
    await using kit = await testKit();
    const definition = defined(setup({ actions: { postpone } }).createMachine({
      context: { took: [] as string[] }, initial: 'busy',
      states: {
        busy: { on: { job: { actions: 'postpone' }, free: 'idle' } },
        idle: { on: { job: { actions: assign({ took: ({ context, event }) => [...context.took as string[], (event as never as { name: string }).name] }) } } },
      },
    }));
    const first = await start(kit, definition);
    for (const name of ['one', 'two']) first.tell.send({ type: 'job', name });

    const second = await goOn(kit, definition, first);
    second.tell.send({ type: 'free' });

    expect((await kit.clock.until(second.ask.snapshot())).context).toEqual({ took: ['one', 'two'] });
  });

  it('goes on counting those of its children that have no id', async () => {
    await using kit = await testKit();
    const definition = defined(setup({ actors: { kid: noting([], 'kid') } }).createMachine({
      on: { more: { actions: assign(({ spawn }) => { spawn('kid'); return {}; }) } },
    }));
    const first = await start(kit, definition);
    for (let i = 0; i < 2; i++) first.tell.send({ type: 'more' });

    const second = await goOn(kit, definition, first);
    second.tell.send({ type: 'more' });
    const { full } = await kit.clock.until(second.ask.snapshot({ full: true }));

    expect(Object.keys((full as unknown as { snapshot: { children: object } }).snapshot.children)).toHaveLength(3);
  });

  it('has no children that were spawned without an id, which no snapshot could bring back', async () => {
    await using kit = await testKit();
    const ref = await start(kit, defined(setup({ actors: { kid: noting([], 'kid') } }).createMachine({ entry: [spawnChild('kid'), spawnChild('kid')] })));

    expect(await failureOf(kit.clock.until(ref.ask.snapshot({ full: true })))).toMatchObject({ code: 'not_restorable', message: expect.stringContaining('without an id') as string });
    expect((await kit.clock.until(ref.ask.snapshot())).status).toBe('active');
  });

  it('is a transition function, too', async () => {
    await using kit = await testKit();
    const definition = defined(fromTransition((n: number, _event: { type: 'up' }) => n + 1, 0));
    const first = await start(kit, definition);
    first.tell.send({ type: 'up' });

    const second = await goOn(kit, definition, first);
    second.tell.send({ type: 'up' });

    expect((await kit.clock.until(second.ask.snapshot())).context).toBe(2);
  });
});

describe('what is no snapshot of a machine', () => {
  const logic = setup({ actors: { kid: noting([], 'kid') } }).createMachine({ initial: 'a', states: { a: { invoke: { src: 'kid', id: 'kid' } } } });
  const other = setup({ actors: { boy: noting([], 'boy') } }).createMachine({ initial: 'z', states: { z: { invoke: { src: 'boy', id: 'boy' } } } });
  const same = setup({ actors: { boy: noting([], 'boy') } }).createMachine({ initial: 'a', states: { a: { invoke: { src: 'boy', id: 'boy' } } } });

  const fine = { of: 'restored', lastId: 0, snapshot: { status: 'active', value: 'a', context: {}, children: {} }, records: [] };
  const fineRecord = { path: [], inbox: [], postponed: [], timers: [] };
  const without = (key: keyof typeof fine): object => Object.fromEntries(Object.entries(fine).filter(([each]) => each !== key));
  const withSnapshot = (part: object): object => ({ full: { ...fine, snapshot: { ...fine.snapshot, ...part } } });
  const withRecord = (part: object): object => ({ full: { ...fine, records: [{ ...fineRecord, ...part }] } });

  it('would be one but for what is wrong with it', async () => {
    await using kit = await testKit();

    expect((await kit.clock.until((await start(kit, defined(logic), { snapshot: { full: fine } })).ask.snapshot())).value).toBe('a');
    expect((await kit.clock.until((await start(kit, defined(logic), { snapshot: withRecord({}) })).ask.snapshot())).value).toBe('a');
  });

  it.each<[string, unknown]>([
    ['a text', 'rubbish'], ['a number', 1], ['null', null], ['nothing in it', {}], ['rubbish in it', { full: 'rubbish' }],
    ['no name', { full: without('of') }], ['no numbers', { full: without('lastId') }], ['no records', { full: without('records') }],
    ['another name', { full: { ...fine, of: 'other' } }],
    ['a bad status', withSnapshot({ status: 'flying' })], ['no status', withSnapshot({ status: undefined })],
    ['another state', withSnapshot({ value: 'q' })], ['a state that every object has', withSnapshot({ value: 'constructor' })], ['a number for a state', withSnapshot({ value: 5 })],
    ['no context', withSnapshot({ context: undefined })], ['a number for its children', withSnapshot({ children: 5 })],
    ['a number for a child', withSnapshot({ children: { kid: 1 } })], ['nothing for a child', withSnapshot({ children: { kid: null } })],
    ['a child without its own', withSnapshot({ children: { kid: { src: 'kid' } } })],
    ['a child of another kind', withSnapshot({ children: { kid: { src: 'kid', snapshot: { status: 'active', value: 'a' } } } })],
    ['a bad record', { full: { ...fine, records: [1] } }], ['a bad event', withRecord({ inbox: [1] })], ['a bad delay', withRecord({ timers: [{ id: 'x' }] })],
  ])('%s: it does not start', async (_what, snapshot) => {
    await using kit = await testKit();

    const error = await failureOf(start(kit, defined(logic), { snapshot }));

    expect(error.name).toBe('StartFailedError');
    expect((error.cause as { code?: string }).code).toBe('TROUPE_BAD_SNAPSHOT');
  });

  it.each([['another machine', other], ['one with other children', same]])('that of %s: it does not start', async (_what, foreign) => {
    await using kit = await testKit();
    const ref = await start(kit, defined(foreign));
    const snapshot = await kit.clock.until(ref.ask.snapshot({ full: true }));

    const error = await failureOf(start(kit, defined(logic), { snapshot }));

    expect(error.name).toBe('StartFailedError');
    expect((error.cause as { code?: string }).code).toBe('TROUPE_BAD_SNAPSHOT');
  });

  it('that of a transition function is none of a machine', async () => {
    await using kit = await testKit();
    const ref = await start(kit, defined(fromTransition((n: number) => n, 0)));
    const snapshot = await kit.clock.until(ref.ask.snapshot({ full: true }));

    const error = await failureOf(start(kit, defined(logic), { snapshot }));

    expect((error.cause as { code?: string }).code).toBe('TROUPE_BAD_SNAPSHOT');
  });
});
