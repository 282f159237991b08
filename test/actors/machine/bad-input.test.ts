import { describe, expect, it } from 'vitest';
import { assign, createActor, fromCallback, fromPromise, raise, setup, spawnChild } from 'xstate';
import { machine } from '../../../index.ts';
import { MachineKit } from '../../support/machine-kit.ts';
import { failureOf } from '../../support/failure-of.ts';

const simple = setup({}).createMachine({
  id: 'simple', context: { n: 0 }, initial: 'a',
  states: {
    a: { on: { go: 'b', poison: { actions: assign({ n: () => () => 1 }) }, cure: { actions: assign({ n: 2 }) }, 'mouse.*': 'b' } },
    b: { on: { go: 'a' } },
  },
});

describe('logic', () => {
  it.each([
    undefined, null, 1, 'machine', {}, [], () => undefined, { transition: () => undefined, initialState: {} }, createActor(simple),
    { transition: 1, getInitialSnapshot: 2, getPersistedSnapshot: 3 }, Promise.resolve(simple),
  ])('that is none is refused: %#', (logic) => {
    expect(() => machine(import.meta, logic as never)).toThrow(TypeError);
  });

  it('of XState 4 is refused by name', () => {
    expect(() => machine(import.meta, { transition: () => undefined, initialState: {}, withContext: () => undefined } as never)).toThrow(/XState 4/);
  });

  it.each([{ whenDone: 'go' }, { strict: 1 }, { restart: 'snapshot' }, { restart: { from: 'there' } }, { unheardOf: 1 }, { mailbox: 3 }])('with bad options: %o', (options) => {
    expect(() => machine(import.meta, simple, { name: 'bad', ...options } as never)).toThrow(TypeError);
  });
});

describe('events', () => {
  it.each([undefined, null, 'go', 1, {}, { type: 1 }, { type: '*' }, { type: 'xstate.stop' }, { type: 'xstate.init' }, { type: 'xstate.done.actor.x' }])(
    'that are none are refused, and change nothing: %o', async (event) => {
      await using box = await MachineKit.of(simple);

      expect(await failureOf(box.until(box.ref.ask.send(event as never)))).toMatchObject({ name: 'RefusedError', code: 'bad_event' });
      await box.send(event as never);

      expect(await box.value()).toBe('a');
      expect(box.kit.crashReports).toEqual([]);
    });

  it('that no state knows change nothing', async () => {
    await using box = await MachineKit.of(simple);

    await box.until(box.ref.ask.send({ type: 'unheard' }));
    await box.send({ type: 'mouse' });

    expect(await box.value()).toBe('b');
  });

  it('that no state knows are refused by a strict one, those with a known beginning aren\'t', async () => {
    await using box = await MachineKit.of(simple, { strict: true });

    expect(await failureOf(box.until(box.ref.ask.send({ type: 'unheard' })))).toMatchObject({ code: 'unknown_event' });
    await box.send({ type: 'unheard' });
    expect(await box.value()).toBe('a');
    await box.until(box.ref.ask.send({ type: 'mouse.left.down' }));

    expect(await box.value()).toBe('b');
    expect(box.kit.crashReports).toEqual([]);
  });

  it('that can\'t be sent fail where they are sent', async () => {
    await using box = await MachineKit.of(simple);

    expect(await failureOf(box.until(box.ref.ask.send({ type: 'go', with: () => 1 })))).toMatchObject({ name: 'NotSendableError' });

    expect(await box.value()).toBe('a');
  });
});

describe('context that can\'t be sent', () => {
  it('fails the asker alone, and the machine goes on', async () => {
    await using box = await MachineKit.of(simple);

    await box.send({ type: 'poison' });

    expect(await failureOf(box.until(box.ref.ask.snapshot()))).toMatchObject({ name: 'NotSendableError' });
    expect(await failureOf(box.until(box.ref.ask.snapshot({ full: true })))).toMatchObject({ name: 'NotSendableError' });
    expect(await failureOf(box.until(box.ref.ask.waitFor('a')))).toMatchObject({ name: 'NotSendableError' });
    expect(await failureOf(box.until(box.ref.ask.changes().next()))).toMatchObject({ name: 'NotSendableError' });
    await box.send({ type: 'cure' });
    expect(await box.context()).toEqual({ n: 2 });
    expect(box.kit.crashReports).toEqual([]);
  });
});

describe('what throws', () => {
  it.each(['action', 'guard', 'loop'])('an %s: the actor ends with it', async (what) => {
    await using box = await MachineKit.of(setup({}).createMachine({
      initial: 'a', options: { maxIterations: 100 },
      states: {
        a: {
          on: {
            action: { actions: () => { throw new Error('action failed'); } },
            guard: { guard: () => { throw new Error('guard failed'); }, target: 'b' },
            loop: { actions: raise({ type: 'loop' }) },
          },
        },
        b: {},
      },
    }));

    const failed = await failureOf(box.until(box.ref.ask.send({ type: what })));

    const text = what === 'loop' ? 'Infinite loop' : `${what} failed`;
    expect(failed.name).toBe('ActorCrashedError');
    expect(String(failed.cause)).toContain(text);
    expect(String(box.failure)).toContain(text);
  });

  it.each([
    ['an entry action', setup({}).createMachine({ entry: () => { throw new Error('at once'); } })],
    ['context', setup({}).createMachine({ context: () => { throw new Error('at once'); } })],
    ['a callback', fromCallback(() => { throw new Error('at once'); })],
  ])('%s, at the start: it has not started', async (_what, logic) => {
    const error = await failureOf(MachineKit.of(logic as never));

    expect(error.name).toBe('StartFailedError');
    expect(String(error.cause)).toContain('at once');
  });

  it('something that is no error is one to its supervisor', async () => {
    await using box = await MachineKit.of(setup({}).createMachine({ on: { go: { actions: throwText } } }));

    await box.send({ type: 'go' });

    expect(box.failure).toBeInstanceOf(Error);
    expect(box.failure?.message).toContain('a text');
  });
});

const throwText = (): undefined => {
  // oxlint-disable-next-line only-throw-error
  throw 'a text';
};

describe('a full snapshot', () => {
  it('is refused while logic that has no name runs', async () => {
    await using box = await MachineKit.of(setup({}).createMachine({ on: { go: { actions: spawnChild(fromPromise(() => new Promise(() => undefined)), { id: 'nameless' } as never) } } }));
    await box.until(box.ref.ask.snapshot({ full: true }));

    await box.send({ type: 'go' });

    expect(await failureOf(box.until(box.ref.ask.snapshot({ full: true })))).toMatchObject({ name: 'RefusedError', code: 'not_restorable' });
    expect(box.kit.crashReports).toEqual([]);
  });
});
