import { expect, it } from 'vitest';
import { failureOf } from '../../support/failure-of.ts';
import { machine } from '../../../index.ts';
import { fromCallback, setup } from 'xstate';
import { testKit } from '../../../testing/index.ts';

const Plain = machine(import.meta, setup({}).createMachine({ initial: 'only', states: { only: {} } }), { name: 'plain' });

it.each<{ target: unknown }>([
  { target: 'constructor' }, { target: '__proto__' }, { target: 'constructor.name' }, { target: 'only.toString' },
  { target: { constructor: { name: 'only' } } }, { target: { only: 1n } }, { target: { other: { deep: 1n } } },
])('to wait for $target is refused, and the machine goes on', async ({ target }) => {
  await using kit = await testKit();
  const plain = await kit.spawn(Plain);

  expect(await failureOf(kit.clock.until(plain.ask.waitFor(target as never)))).toMatchObject({ name: 'RefusedError', code: 'unknown_state' });

  expect((await kit.clock.until(plain.ask.waitFor('only'))).value).toBe('only');
});

interface Ring { next?: Ring }

const Round = machine(import.meta, setup({
  types: { context: {} as Ring },
  actors: { idle: fromCallback(() => undefined) },
}).createMachine({
  context: () => {
    const ring: Ring = {};
    ring.next = ring;
    return ring;
  },
  initial: 'only',
  states: { only: { invoke: { src: 'idle' } } },
}), { name: 'round' });

it('a context with a circle is shown, and not kept', async () => {
  await using kit = await testKit();
  const round = await kit.spawn(Round);

  const { context } = await kit.clock.until(round.ask.snapshot());
  expect(context.next?.next).toBe(context.next);

  expect(await failureOf(kit.clock.until(round.ask.snapshot({ full: true })))).toMatchObject({ name: 'RefusedError', code: 'not_restorable' });
  expect((await kit.clock.until(round.ask.snapshot())).value).toBe('only');
});
