import { expect, it } from 'vitest';
import { Grumpy, Trying } from '../../support/actors/trying.ts';
import { assign, fromCallback, fromTransition, sendTo, setup } from 'xstate';
import { child, eventTarget, machine, supervisor, type RefOf } from '../../../index.ts';
import { testKit } from '../../../testing/index.ts';

it.each(['local', 'thread', 'process'] as const)('a machine that falls with a child begins again with that child, not with its failure (%s)', async (host) => {
  await using kit = await testKit();
  const grumpy = await kit.spawn(Grumpy, { input: { refusals: 3 } });
  const { children: { trying } } = await kit.run(supervisor({ children: { trying: child(Trying, { input: { grumpy }, host }) } }));

  for (const type of ['step', 'step', 'try'] as const) trying.tell.send({ type });
  await kit.clock.advance('1m');

  expect(await kit.clock.until(trying.ask.snapshot())).toMatchObject({ value: 'done', context: { steps: 2 } });
  expect(kit.crashReports).toHaveLength(3);
});

/** Takes an event after a while, and falls when it is told to. */
const Delayed = machine(import.meta, setup({
  types: {
    input: {} as { light: RefOf<typeof Light> },
    context: {} as { light: RefOf<typeof Light> },
    events: {} as { type: 'press' } | { type: 'fall' },
  },
}).createMachine({
  context: ({ input }) => input,
  on: {
    press: { actions: sendTo(({ context }) => eventTarget(context.light), { type: 'flash' }, { delay: 1_000 }) },
    fall: { actions: () => { throw new Error('it falls'); } },
  },
}), { name: 'delayed', restart: { from: 'snapshot' } });

const Light = machine(import.meta, fromTransition((flashes: number, _event: { type: 'flash' }) => flashes + 1, 0), { name: 'flashing' });

it('a delayed event that has gone to another actor does not go there again after a crash', async () => {
  await using kit = await testKit();
  const light = await kit.spawn(Light);
  await using app = await kit.run(supervisor({ children: { delayed: child(Delayed, { input: { light } }) } }));
  const { delayed } = app.children;

  delayed.tell.send({ type: 'press' });
  await kit.clock.advance('2s');
  delayed.tell.send({ type: 'fall' });
  await kit.clock.advance('1m');

  expect((await kit.clock.until(light.ask.snapshot())).context).toBe(1);
});

/** What it sends to its child comes too late. */
const TooLate = machine(import.meta, setup({
  types: { context: {} as { seen: string[] }, events: {} as { type: 'leave' } | { type: 'for-child' } },
  actors: { child: fromCallback(() => undefined) },
}).createMachine({
  context: { seen: [] },
  initial: 'inside',
  on: { '*': { actions: assign({ seen: ({ context, event }) => [...context.seen, event.type] }) } },
  states: {
    inside: { invoke: { src: 'child', id: 'child' }, entry: sendTo('child', { type: 'for-child' }, { delay: 1_000 }), on: { leave: 'outside' } },
    outside: {},
  },
}), { name: 'too-late' });

it('a delayed event for a child that has ended is for nobody, in the next life, too', async () => {
  await using kit = await testKit();
  const old = await kit.spawn(TooLate);
  await kit.clock.until(old.ask.send({ type: 'leave' }));
  const snapshot = await kit.clock.until(old.ask.snapshot({ full: true }));

  const next = await kit.spawn(TooLate, { snapshot });
  await kit.clock.advance('2s');

  expect((await kit.clock.until(next.ask.snapshot())).context.seen).toEqual([]);
});
