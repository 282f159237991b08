import { describe, expect, it } from 'vitest';
import { assign, fromPromise, fromTransition, sendTo, setup, type AnyActorLogic } from 'xstate';
import { machine, postpone, type MachineDefinition, type RefOf } from '../../../index.ts';
import { testKit, type TestKit } from '../../../testing/index.ts';
import { failureOf } from '../../support/failure-of.ts';
import { noting } from '../../support/machine-kit.ts';

type Definition = MachineDefinition<AnyActorLogic>;
type Ref = RefOf<Definition>;

let lastName = 0;

function defined(logic: AnyActorLogic): Definition {
  return machine(import.meta, logic, { name: `restored-${++lastName}` });
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

  it.each<[string, unknown]>([
    ['a text', 'rubbish'], ['a number', 1], ['null', null], ['nothing in it', {}], ['rubbish in it', { full: 'rubbish' }], ['no records', { full: { snapshot: { status: 'active' } } }],
    ['a bad status', { full: { snapshot: { status: 'flying' }, records: [] } }], ['a bad state', { full: { snapshot: { status: 'active', value: 'q', context: {} }, records: [] } }],
    ['a bad record', { full: { snapshot: { status: 'active', value: 'a', context: {}, children: {} }, records: [1] } }],
    ['a bad event', { full: { snapshot: { status: 'active', value: 'a', context: {}, children: {} }, records: [{ path: [], inbox: [1], postponed: [], timers: [] }] } }],
    ['a bad delay', { full: { snapshot: { status: 'active', value: 'a', context: {}, children: {} }, records: [{ path: [], inbox: [], postponed: [], timers: [{ id: 'x' }] }] } }],
    ['a bad child', { full: { snapshot: { status: 'active', value: 'a', context: {}, children: { kid: 1 } }, records: [] } }],
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
