import type { AnyActorRef } from 'xstate';
import { assign, fromPromise, fromTransition, sendTo, setup } from 'xstate';
import { expect, it } from 'vitest';
import { machine } from '../../../index.ts';
import { testKit } from '../../../testing/index.ts';

const Watching = machine(import.meta, setup({
  types: { context: {} as { child: AnyActorRef }, events: {} as { type: 'count' } },
  actors: { counter: fromTransition((count: number) => count + 1, 0) },
}).createMachine({
  context: ({ spawn }) => ({ child: spawn('counter', { id: 'child' }) }),
  entry: ({ context }) => {
    context.child.subscribe(({ context: count }) => { if (count > 0) throw new Error('too many'); });
  },
  on: { count: { actions: sendTo('child', { type: 'count' }) } },
}), { name: 'watching' });

it('what an observer throws is the end of the machine', async () => {
  await using kit = await testKit();
  const watching = await kit.spawn(Watching);

  watching.tell.send({ type: 'count' });
  await kit.idle();

  expect(kit.running).toEqual([]);
  expect(kit.crashReports.map(({ reason }) => reason)).toMatchObject([{ kind: 'error', error: { message: 'too many' } }]);
});

const Calm = machine(import.meta, setup({
  types: { context: {} as { child: AnyActorRef | undefined } },
  actors: { failing: fromPromise(() => Promise.reject(new Error('it failed'))) },
}).createMachine({
  context: { child: undefined },
  initial: 'trying',
  states: {
    trying: {
      entry: [
        assign({ child: ({ spawn }) => spawn('failing', { id: 'child' }) }),
        ({ context }) => { context.child?.subscribe(() => undefined); },
      ],
      on: { 'xstate.error.actor.child': 'failed' },
    },
    failed: {},
  },
}), { name: 'calm' });

it('the error of a child with an observer is the machine\'s to take', async () => {
  await using kit = await testKit();
  const calm = await kit.spawn(Calm);
  await kit.idle();

  expect((await kit.clock.until(calm.ask.snapshot())).value).toBe('failed');
});
