import { expect, it } from 'vitest';
import { failureOf } from '../../support/failure-of.ts';
import { machine } from '../../../index.ts';
import { fromCallback, setup } from 'xstate';
import { testKit } from '../../../testing/index.ts';

const Plain = machine(import.meta, setup({}).createMachine({ initial: 'only', states: { only: {} } }), { name: 'plain' });

it.each<{ target: unknown }>([
  { target: 'constructor' }, { target: '__proto__' }, { target: 'constructor.name' }, { target: 'only.toString' },
  { target: { tags: ['unheard'] } }, { target: { tags: [1n] } }, { target: { constructor: { name: 'only' } } }, { target: { only: 1n } }, { target: { other: { deep: 1n } } },
])('to wait for $target is refused, and the machine goes on', async ({ target }) => {
  await using kit = await testKit();
  const plain = await kit.spawn(Plain);

  expect(await failureOf(kit.clock.until(plain.ask.waitFor(target as never)))).toMatchObject({ name: 'RefusedError', code: 'unknown_state' });

  expect((await kit.clock.until(plain.ask.waitFor('only'))).value).toBe('only');
});

interface Ring { next: Ring | undefined }

const Round = machine(import.meta, setup({
  types: { context: {} as Ring },
  actors: { idle: fromCallback(() => undefined) },
}).createMachine({
  context: () => {
    const ring: Ring = { next: undefined };
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

const Guarded = machine(import.meta, setup({
  types: { events: {} as { type: 'go' } | { type: 'end' } },
}).createMachine({
  initial: 'here',
  on: { end: '.over' },
  states: { here: { on: { go: { guard: () => { throw new Error('who knows'); }, target: 'over' } } }, over: { type: 'final' } },
}), { name: 'guarded', whenDone: 'stay' });

it('to ask what an event would do ends no machine', async () => {
  await using kit = await testKit();
  const guarded = await kit.spawn(Guarded);

  expect(await failureOf(kit.clock.until(guarded.ask.can({ type: 'go' })))).toMatchObject({ name: 'RefusedError', code: 'guard_failed' });
  expect(await kit.clock.until(guarded.ask.can({ type: 'end' }))).toBe(true);
  await kit.clock.until(guarded.ask.send({ type: 'end' }));
  expect(await kit.clock.until(guarded.ask.can({ type: 'end' }))).toBe(false);
  expect(kit.running).toEqual(['guarded-1']);
});

it.each([{ full: 'yes' }, { ful: true }, 1])('a snapshot of %o is refused', async (options) => {
  await using kit = await testKit();
  const plain = await kit.spawn(Plain);

  expect(await failureOf(kit.clock.until(plain.ask.snapshot(options as never)))).toMatchObject({ code: 'bad_option' });
});
