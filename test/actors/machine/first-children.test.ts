import { expect, it } from 'vitest';
import type { AnyActorRef } from 'xstate';
import { Busy } from '../../support/actors/two-children.ts';
import { testKit } from '../../../testing/index.ts';
import { fromCallback, setup, spawnChild } from 'xstate';
import { machine } from '../../../index.ts';

it('each child is one actor, those of the first state as well', async () => {
  await using kit = await testKit();
  const busy = await kit.spawn(Busy, { name: 'busy' });
  await kit.idle();
  expect(kit.running).toEqual(['busy', 'busy/spawned-1', 'busy/invoked-1']);

  await kit.clock.until(busy.ask.send({ type: 'rest' }));
  await kit.idle();
  expect(kit.running).toEqual(['busy', 'busy/spawned-1']);

  await kit.clock.until(busy.ask.send({ type: 'work' }));
  await kit.idle();
  expect(kit.running).toEqual(['busy', 'busy/spawned-1', 'busy/invoked-2']);
});

const Named = machine(import.meta, setup({
  types: { events: {} as { type: 'again' } | { type: 'greet' } | { type: 'heard' } },
  actors: { greeted: fromCallback(({ sendBack, receive }) => receive(() => sendBack({ type: 'heard' }))) },
}).createMachine({
  initial: 'on',
  states: {
    on: {
      invoke: { src: 'greeted', systemId: 'the-one' },
      on: {
        again: { target: 'on', reenter: true },
        greet: { actions: ({ system }) => { (system.get('the-one') as AnyActorRef).send({ type: 'hello' }); } },
        heard: 'heard',
      },
    },
    heard: {},
  },
}), { name: 'named' });

it('a systemId is that of the new child when its state is entered again', async () => {
  await using kit = await testKit();
  const named = await kit.spawn(Named);

  await kit.clock.until(named.ask.send({ type: 'again' }));
  await kit.idle();
  named.tell.send({ type: 'greet' });

  expect((await kit.clock.until(named.ask.waitFor('heard'))).value).toBe('heard');
});

const Nameless = machine(import.meta, setup({
  actors: { idle: fromCallback(() => undefined) },
}).createMachine({ entry: spawnChild('idle', { id: '' }) }), { name: 'nameless' });

it('a child may have an id that is empty', async () => {
  await using kit = await testKit();
  await kit.spawn(Nameless, { name: 'nameless' });
  await kit.idle();

  expect(kit.running).toEqual(['nameless', 'nameless/child-1']);
});
