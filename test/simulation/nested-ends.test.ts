import { describe, expect, it } from 'vitest';
import { actor, child, supervisor } from '../../index.ts';
import { testKit } from '../../testing/index.ts';

const Slow = actor(import.meta, {
  name: 'slow',
  init: async (_input: undefined, ctx) => {
    await ctx.sleep('1s');
    return {};
  },
  handlers: { ping: () => 'pong' },
});

describe('a supervisor that crashes while a nested one is being restarted', () => {
  it('ends, although the children of that one are only starting', async () => {
    await using kit = await testKit({ delay: '3ms' });
    const app = await kit.run(supervisor({
      name: 'app', children: { inner: supervisor({ children: { slow: child(Slow, { host: 'thread' }) } }) },
    }));
    await kit.crash('app/inner');
    await kit.clock.advance('100ms');
    await kit.crash('app');

    expect(await kit.clock.until(app.done)).toMatchObject({ code: 1, reason: { kind: 'error' } });
    expect(kit.running).toEqual([]);
  });
});
