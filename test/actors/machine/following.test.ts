import { expect, it } from 'vitest';
import { Ending } from '../../support/actors/ending.ts';
import { testKit } from '../../../testing/index.ts';

it.each(['changes', 'emitted', 'inspect'] as const)('who no longer follows its %s keeps no machine from its end', async (stream) => {
  await using kit = await testKit();
  const ending = await kit.spawn(Ending, { host: 'thread' });
  const items = ending.with({ timeout: Infinity }).ask[stream]()[Symbol.asyncIterator]();
  const next = items.next();
  await kit.clock.advance('1m');

  await kit.clock.until(Promise.all([items.return?.(), next]));
  ending.tell.send({ type: 'end' });

  expect(await kit.clock.until(ending.closed)).toEqual({ kind: 'normal' });
});

it('each state that postponed events lead to is told', async () => {
  await using kit = await testKit();
  const ending = await kit.spawn(Ending);
  const waiting = ending.ask.waitFor('between');
  for (const type of ['later', 'go'] as const) ending.tell.send({ type });

  expect((await kit.clock.until(waiting)).value).toBe('between');
  expect((await kit.clock.until(ending.ask.snapshot())).value).toBe('behind');
});
