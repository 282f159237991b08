import { expect, it } from 'vitest';
import { Grumpy, Trying } from '../../support/actors/trying.ts';
import { child, supervisor } from '../../../index.ts';
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
