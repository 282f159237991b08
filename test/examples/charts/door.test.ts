import { expect, it } from 'vitest';
import { Door } from '../../../examples/charts/door.ts';
import { failureOf } from '../../support/failure-of.ts';
import { testKit } from '../../../testing/index.ts';

const input = { key: 'brass', closeAfter: 2_000, lockAfter: 1_000 };

it.each(['local', 'thread', 'process'] as const)('a door falls shut, and locks itself, in time (%s)', async (host) => {
  await using kit = await testKit();
  const door = await kit.spawn(Door, { input, host });
  const value = async (): Promise<unknown> => (await kit.clock.until(door.ask.snapshot())).value;
  door.tell.send({ type: 'unlock', key: 'brass' });
  door.tell.send({ type: 'open' });

  await kit.clock.advance(1_999);
  expect(await value()).toBe('open');
  await kit.clock.advance(1);
  expect(await value()).toBe('closed');
  await kit.clock.advance(999);
  expect(await value()).toBe('closed');
  await kit.clock.advance(1);
  expect(await value()).toBe('locked');
});

it('a door that is closed by hand does not fall shut later', async () => {
  await using kit = await testKit();
  const door = await kit.spawn(Door, { input: { ...input, lockAfter: 10_000 } });
  for (const event of [{ type: 'unlock', key: 'brass' }, { type: 'open' }, { type: 'close' }, { type: 'open' }] as const) door.tell.send(event);

  await kit.clock.advance(1_000);
  door.tell.send({ type: 'close' });
  door.tell.send({ type: 'open' });
  await kit.clock.advance(1_999);

  expect(await kit.clock.until(door.ask.snapshot())).toMatchObject({ value: 'open', context: { opened: 3 } });
});

it('a door is not opened while it is locked, and refuses what no door knows', async () => {
  await using kit = await testKit();
  const door = await kit.spawn(Door, { input });

  await kit.clock.until(door.ask.send({ type: 'unlock', key: 'tin' }));
  await kit.clock.until(door.ask.send({ type: 'open' }));

  expect(await kit.clock.until(door.ask.snapshot())).toMatchObject({ value: 'locked', tags: ['shut'], context: { opened: 0 } });
  expect(await failureOf(() => kit.clock.until(door.ask.send({ type: 'knock' } as never)))).toMatchObject({ code: 'unknown_event' });
});
