import { describe, expect, it } from 'vitest';
import { Lasting } from '../../support/actors/lasting.ts';
import { child, supervisor } from '../../../index.ts';
import { simulate } from '../../../testing/index.ts';

describe.each(['local', 'thread', 'process'] as const)('a machine on %s that is started again from its last state', (host) => {
  it.each(['crash', 'fail', ...host === 'local' ? [] : ['loseHost'] as const] as const)('has its state, child, delay and postponed events after %s', async (fault) => {
    await simulate({ runs: 10, delay: '1ms' }, async (kit) => {
      const app = await kit.run(supervisor({ name: 'app', backoff: false, children: { lasting: child(Lasting, { host, input: undefined }) } }));
      const { lasting } = app.children;
      await kit.clock.until(lasting.ask.snapshot());
      const began = kit.clock.now();
      for (const event of [{ type: 'up' }, { type: 'up' }, { type: 'job', name: 'one' }, { type: 'job', name: 'two' }] as const) lasting.tell.send(event);
      await kit.clock.advance(40);

      if (fault === 'fail') lasting.tell.send({ type: 'fail' });
      else await kit[fault]('app/lasting');
      await kit.clock.advance(20);
      lasting.tell.send({ type: 'up' });
      await kit.clock.advance(5);

      const before = await kit.clock.until(lasting.ask.snapshot());
      expect(before).toMatchObject({ value: 'busy', context: { took: [], ups: 3 } });
      await kit.clock.until(lasting.ask.waitFor('idle'));
      // Its delay has gone on, as if nothing had happened.
      expect(kit.clock.now() - began).toBeLessThanOrEqual(102);
      expect(await kit.clock.until(lasting.ask.snapshot())).toMatchObject({ value: 'idle', context: { took: ['one', 'two'] } });
      await kit.clock.until(app.stop());
    });
  });
});

it('a crash that comes again with the state ends with the patience of its supervisor', async () => {
  await simulate({ runs: 3 }, async (kit) => {
    const app = await kit.run(supervisor({ name: 'app', backoff: false, intensity: { restarts: 2, within: '1m' }, children: { lasting: child(Lasting, { input: undefined }) } }));
    for (let i = 0; i < 3; i++) {
      app.children.lasting.tell.send({ type: 'fail' });
      await kit.idle();
    }

    expect(kit.running).toEqual([]);
    expect(kit.crashReports.filter(({ actor }) => actor === 'app/lasting')).toHaveLength(3);
    await kit.clock.until(app.done.catch(() => undefined));
  });
});
