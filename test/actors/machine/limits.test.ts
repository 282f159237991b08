import { expect, it } from 'vitest';
import type { ActorRef } from '../../../index.ts';
import { fromCallback, setup } from 'xstate';
import { child, machine, supervisor } from '../../../index.ts';
import { testKit } from '../../../testing/index.ts';

interface Noise { type: 'noise' }

/** Its child fills its mailbox before it answers. */
const Crowded = machine(import.meta, setup({
  types: { events: {} as Noise | { type: 'fill'; self: ActorRef<{ send(event: Noise): void }> } | { type: 'back' } },
  actors: {
    filler: fromCallback<Noise, { self: ActorRef<{ send(event: Noise): void }> }>(({ input, sendBack }) => {
      for (let i = 0; i < 3; i++) input.self.tell.send({ type: 'noise' });
      sendBack({ type: 'back' });
    }),
  },
}).createMachine({
  initial: 'empty',
  states: {
    empty: { on: { fill: 'filling' } },
    filling: {
      invoke: { src: 'filler', input: ({ event }) => ({ self: event.type === 'fill' ? event.self : undefined as never }) },
      on: { back: 'back' },
    },
    back: {},
  },
}), { name: 'crowded', mailbox: { capacity: 1, overflow: 'drop_newest' } });

it('what happens within a machine finds its way past a full mailbox', async () => {
  await using kit = await testKit();
  const crowded = await kit.spawn(Crowded);

  await kit.clock.until(crowded.ask.send({ type: 'fill', self: crowded }));

  expect((await kit.clock.until(crowded.ask.waitFor('back'))).value).toBe('back');
});

const Counted = machine(import.meta, setup({
  types: { events: {} as { type: 'end' } },
}).createMachine({
  initial: 'counting',
  states: {
    counting: { on: { end: 'over' } },
    over: { type: 'final' },
  },
}), { name: 'counted', restart: { from: 'snapshot' } });

it('a machine that is done and is started again begins anew', async () => {
  await using kit = await testKit();
  await using app = await kit.run(supervisor({ children: { counted: child(Counted) } }));
  const { counted } = app.children;

  await kit.clock.until(counted.ask.send({ type: 'end' }));

  expect((await kit.clock.until(counted.ask.snapshot())).value).toBe('counting');
});
