import { describe, expect, it } from 'vitest';
import { Conformer, EXPECTED } from '../../support/actors/sync-conformer.ts';
import { testKit } from '../../../testing/index.ts';

describe.each(['local', 'thread', 'process'] as const)('what Python has, seen by an actor on %s', (host) => {
  it.each(Object.keys(EXPECTED) as (keyof typeof EXPECTED)[])('%s', async (name) => {
    await using kit = await testKit();
    const conformer = await kit.spawn(Conformer, { host });

    expect(await kit.clock.until(conformer.ask[name]())).toEqual(EXPECTED[name]);
  });
});
