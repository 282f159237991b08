import { describe, expect, it } from 'vitest';
import { assign, setup } from 'xstate';
import { MachineKit, Promised, noting } from '../../support/machine-kit.ts';

/** Its parent, with two children, of which one fails. */
function family(notes: string[], hasOnError: boolean) {
  return setup({ actors: { one: noting(notes, 'one'), other: noting(notes, 'other') } }).createMachine({
    initial: 'busy', context: { error: '' },
    states: {
      busy: {
        invoke: [
          { src: 'one', id: 'one', ...hasOnError ? { onError: { target: 'failed', actions: assign({ error: ({ event }) => (event.error as Error).message }) } } : {} },
          { src: 'other', id: 'other' },
        ],
        on: { hit: { actions: ({ self }) => { self.getSnapshot().children['one']?.send({ type: 'fail' }); } } },
      },
      failed: {},
    },
  });
}

describe('an invoked child that throws', () => {
  it('is an event for a machine with onError, which ends the others with their state', async () => {
    const notes: string[] = [];
    await using box = await MachineKit.of(family(notes, true));

    await box.send({ type: 'hit' });

    expect(await box.value()).toBe('failed');
    expect(await box.context()).toEqual({ error: 'one failed' });
    expect(notes).toEqual(['one began', 'other began', 'one ended', 'other ended']);
    expect(box.kit.running).toEqual(['machine']);
    expect(box.kit.crashReports).toEqual([]);
  });

  it('ends the actor of a machine without onError with exactly that error, and its other children', async () => {
    const notes: string[] = [];
    await using box = await MachineKit.of(family(notes, false));

    await box.send({ type: 'hit' });

    expect(box.failure?.message).toBe('one failed');
    expect(notes.toSorted()).toEqual(['one began', 'one ended', 'other began', 'other ended']);
    expect(box.kit.running).toEqual([]);
    expect(box.kit.crashReports).toHaveLength(1);
  });

  it.each([true, false])('crashes from outside as if it had thrown (onError: %s)', async (hasOnError) => {
    const notes: string[] = [];
    await using box = await MachineKit.of(family(notes, hasOnError));

    await box.kit.crash('machine/one-1', new Error('struck'));

    if (hasOnError) {
      expect(await box.context()).toEqual({ error: 'struck' });
      expect(box.kit.running).toEqual(['machine']);
    } else {
      expect(box.failure?.message).toBe('struck');
      expect(box.kit.running).toEqual([]);
    }
    expect(notes.filter((note) => note === 'other ended')).toHaveLength(1);
    expect(notes).toContain('one ended');
  });
});

describe('an invoked promise', () => {
  /** Waits for its promise, for so long. */
  const waiting = (promised: Promised, hasOnError: boolean) => setup({ actors: { work: promised.logic } }).createMachine({
    initial: 'waiting', context: { got: '' },
    states: {
      waiting: {
        invoke: {
          src: 'work', id: 'work', onDone: { target: 'done', actions: assign({ got: ({ event }) => event.output }) },
          ...hasOnError ? { onError: 'failed' } : {},
        },
        after: { 1000: 'late' },
        on: { leave: 'idle', again: { target: 'waiting', reenter: true } },
      },
      idle: { on: { again: 'waiting' } }, done: {}, failed: {}, late: {},
    },
  });

  it('that resolves is done', async () => {
    const promised = new Promised();
    await using box = await MachineKit.of(waiting(promised, false));

    promised.resolves[0]?.('here');
    await box.kit.idle();

    expect(await box.value()).toBe('done');
    expect(await box.context()).toEqual({ got: 'here' });
    expect(box.kit.running).toEqual(['machine']);
  });

  it.each([true, false])('that rejects fails (onError: %s)', async (hasOnError) => {
    const promised = new Promised();
    await using box = await MachineKit.of(waiting(promised, hasOnError));
    const error = new Error('no');

    promised.rejects[0]?.(error);
    await box.kit.idle();

    if (hasOnError) expect(await box.value()).toBe('failed');
    else expect(box.failure).toMatchObject({ message: 'no' });
    expect(box.kit.running).toEqual(hasOnError ? ['machine'] : []);
  });

  it('that hangs is aborted after the delay of its state, and what it says later changes nothing', async () => {
    const promised = new Promised();
    await using box = await MachineKit.of(waiting(promised, false));

    await box.kit.clock.advance(999);
    expect(await box.value()).toBe('waiting');
    await box.kit.clock.advance(1);
    expect(await box.value()).toBe('late');
    promised.resolves[0]?.('too late');
    await box.kit.idle();

    expect(promised.aborted).toEqual([0]);
    expect(await box.value()).toBe('late');
    expect(box.kit.running).toEqual(['machine']);
  });

  it.each(['resolves', 'rejects'] as const)('that %s when its state is left says nothing to a later one of the same name', async (how) => {
    const promised = new Promised();
    await using box = await MachineKit.of(waiting(promised, false));

    // Both at once: which comes first is open.
    if (how === 'resolves') promised.resolves[0]?.('old');
    else promised.rejects[0]?.(new Error('old'));
    box.ref.tell.send({ type: 'again' });
    await box.kit.idle();
    const state = await box.until(box.ref.ask.snapshot());
    if (state.value === 'waiting') {
      promised.resolves[1]?.('new');
      await box.kit.idle();
      expect(await box.context()).toEqual({ got: 'new' });
    }

    expect(box.failure).toBeUndefined();
  });
});
