import { expect, it } from 'vitest';
import { Busy } from '../../support/actors/two-children.ts';
import { testKit } from '../../../testing/index.ts';

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
