import { describe, expect, it } from 'vitest';
import { assign, forwardTo, fromCallback, fromTransition, sendParent, sendTo, setup, spawnChild, stopChild, type AnyActorRef } from 'xstate';
import { MachineKit, Promised, noting } from '../../support/machine-kit.ts';

describe('children that a machine spawns', () => {
  const spawning = (notes: string[]) => setup({
    types: { context: {} as { child: AnyActorRef | undefined } },
    actors: { kid: noting(notes, 'kid') },
  }).createMachine({
    context: { child: undefined }, initial: 'one',
    states: {
      one: {
        on: {
          assign: { actions: assign({ child: ({ spawn }) => spawn('kid', { id: 'a' }) }) },
          spawn: { actions: spawnChild('kid', { id: 'b' }) },
          stop: { actions: stopChild('b') },
          stopAssigned: { actions: [stopChild(({ context }) => context.child as AnyActorRef), assign({ child: undefined })] },
          hear: { actions: sendTo('a', { type: 'hear' }) },
          fail: { actions: sendTo('a', { type: 'fail' }) },
          next: 'two',
        },
      },
      two: {},
    },
  });

  it('outlive its states, are told events, and end when it says so', async () => {
    const notes: string[] = [];
    await using box = await MachineKit.of(spawning(notes));
    for (const type of ['assign', 'spawn', 'hear', 'stop']) await box.send({ type });
    expect(notes).toEqual(['kid began', 'kid began', 'kid heard', 'kid ended']);
    expect(await box.context()).toEqual({ child: { id: 'a' } });

    await box.send({ type: 'next' });
    expect(box.kit.running).toHaveLength(2);
    await box.until(box.ref.stop());

    expect(notes.filter((note) => note === 'kid ended')).toHaveLength(2);
    expect(box.kit.running).toEqual([]);
  });

  it('can be stopped by their ref, and spawned again by the same id', async () => {
    const notes: string[] = [];
    await using box = await MachineKit.of(spawning(notes));

    for (const type of ['assign', 'stopAssigned', 'assign', 'hear']) await box.send({ type });

    expect(notes).toEqual(['kid began', 'kid ended', 'kid began', 'kid heard']);
    expect(box.kit.running).toHaveLength(2);
  });

  it('end it with their errors, as there is nobody else for them', async () => {
    const notes: string[] = [];
    await using box = await MachineKit.of(spawning(notes));

    for (const type of ['assign', 'spawn', 'fail']) await box.send({ type });

    expect(box.failure?.message).toBe('kid failed');
    expect(notes.filter((note) => note === 'kid ended')).toHaveLength(2);
    expect(box.kit.running).toEqual([]);
  });
});

describe('children and their parents', () => {
  it('talk to each other: sendTo, sendParent, forwardTo', async () => {
    const heard: string[] = [];
    const kid = setup({}).createMachine({
      on: { ping: { actions: sendParent({ type: 'pong' }) }, passed: { actions: () => { heard.push('passed'); } } },
    });
    const echo = fromCallback<{ type: 'ping' }>(({ sendBack, receive }) => { receive(() => { sendBack({ type: 'pong' }); }); });
    await using box = await MachineKit.of(setup({ actors: { kid, echo } }).createMachine({
      context: { pongs: 0 },
      invoke: [{ src: 'kid', id: 'kid' }, { src: 'echo', id: 'echo' }],
      on: {
        ping: { actions: [sendTo('kid', { type: 'ping' }), sendTo('echo', { type: 'ping' })] },
        passed: { actions: forwardTo('kid') },
        pong: { actions: assign({ pongs: ({ context }) => context.pongs + 1 }) },
      },
    }));

    await box.send({ type: 'ping' });
    await box.send({ type: 'passed' });

    expect(await box.context()).toEqual({ pongs: 2 });
    expect(heard).toEqual(['passed']);
  });

  it('find siblings by systemId, again and again', async () => {
    const heard: string[] = [];
    const listener = fromCallback<{ type: string }>(({ receive }) => { receive(({ type }) => { heard.push(type); }); });
    const speaker = setup({}).createMachine({ on: { speak: { actions: sendTo(({ system }) => system.get('ear') as AnyActorRef, { type: 'spoken' }) } } });
    await using box = await MachineKit.of(setup({ actors: { listener, speaker } }).createMachine({
      initial: 'on', invoke: { src: 'speaker', id: 'speaker' },
      on: { speak: { actions: forwardTo('speaker') } },
      states: { on: { invoke: { src: 'listener', id: 'listener', systemId: 'ear' }, on: { again: { target: 'on', reenter: true }, off: 'off' } }, off: { on: { on: 'on' } } },
    }));

    for (const type of ['speak', 'again', 'speak', 'off', 'on', 'speak']) await box.send({ type });

    expect(box.failure).toBeUndefined();
    expect(heard).toEqual(['spoken', 'spoken', 'spoken']);
  });

  it('are watched with onSnapshot', async () => {
    const counter = fromTransition((n: number, _event: { type: 'up' }) => n + 1, 0);
    await using box = await MachineKit.of(setup({ actors: { counter } }).createMachine({
      context: { seen: [] as number[] },
      invoke: { src: 'counter', id: 'counter', onSnapshot: { actions: assign({ seen: ({ context, event }) => [...context.seen, event.snapshot.context] }) } },
      on: { up: { actions: sendTo('counter', { type: 'up' }) } },
    }));

    for (let i = 0; i < 3; i++) await box.send({ type: 'up' });

    expect(await box.context()).toMatchObject({ seen: [0, 1, 2, 3] });
  });

  it('are machines in machines, with delays of their own', async () => {
    const notes: string[] = [];
    const inner = setup({ actors: { leaf: noting(notes, 'leaf') } }).createMachine({
      initial: 'red', states: { red: { invoke: { src: 'leaf', id: 'leaf' }, after: { 100: 'green' } }, green: { after: { 100: 'over' } }, over: { type: 'final' } }, output: 'green light',
    });
    await using box = await MachineKit.of(setup({ actors: { inner } }).createMachine({
      initial: 'driving', context: { said: '' },
      states: {
        driving: { invoke: { src: 'inner', id: 'inner', onDone: { target: 'arrived', actions: assign({ said: ({ event }) => event.output as string }) } }, on: { stop: 'stopped' } },
        arrived: {}, stopped: {},
      },
    }));
    expect(box.kit.running).toEqual(['machine', 'machine/inner-1', 'machine/inner-1/leaf-1']);

    await box.kit.clock.advance(100);
    expect(notes).toEqual(['leaf began', 'leaf ended']);
    await box.kit.clock.advance(100);

    expect(await box.value()).toBe('arrived');
    expect(await box.context()).toEqual({ said: 'green light' });
    expect(box.kit.running).toEqual(['machine']);
  });

  it('end with a state at once, all below them included, and their delays with them', async () => {
    const notes: string[] = [];
    const inner = setup({ actors: { leaf: noting(notes, 'leaf') } }).createMachine({
      invoke: { src: 'leaf', id: 'leaf' }, initial: 'a', states: { a: { after: { 50: 'b' } }, b: { entry: sendParent({ type: 'late' }) } },
    });
    await using box = await MachineKit.of(setup({ actors: { inner } }).createMachine({
      initial: 'on', context: { late: 0 },
      on: { late: { actions: assign({ late: ({ context }) => context.late + 1 }) } },
      states: { on: { invoke: { src: 'inner', id: 'inner' }, on: { off: 'off' } }, off: {} },
    }));

    await box.send({ type: 'off' });
    await box.kit.clock.advance(100);

    expect(notes).toEqual(['leaf began', 'leaf ended']);
    expect(await box.context()).toEqual({ late: 0 });
    expect(box.kit.running).toEqual(['machine']);
  });

  it('that are gone are told nothing: nobody fails', async () => {
    const promised = new Promised();
    await using box = await MachineKit.of(setup({ actors: { work: promised.logic } }).createMachine({
      initial: 'a', states: { a: { invoke: { src: 'work', id: 'work', onDone: 'b' } }, b: {} },
      on: { tell: { actions: ({ self }) => { self.getSnapshot().children['work']?.send({ type: 'x' }); } } },
    }));

    promised.resolves[0]?.('x');
    await box.send({ type: 'tell' });
    await box.send({ type: 'tell' });

    expect(await box.value()).toBe('b');
  });
});
