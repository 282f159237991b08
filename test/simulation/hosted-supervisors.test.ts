import { describe, expect, it } from 'vitest';
import { actor, child, supervisor } from '../../index.ts';
import { testKit } from '../../testing/index.ts';

/** Says so when it stops; all starts but the first may hang. */
const Member = actor(import.meta, {
  name: 'member',
  async init(hangsFrom: number, ctx): Promise<object> {
    if (ctx.incarnation >= hangsFrom) await ctx.sleep('10h');
    return {};
  },
  handlers: { ping: () => 'pong' },
  async stop(ctx, { kind }) {
    await ctx.sleep('2s');
    ctx.log.info({}, `${kind}: gone`);
  },
});

describe('a supervisor on a host of its own that is ended while it starts', () => {
  it.each(['thread', 'process'] as const)('stops those below it that are up before its host ends: %s', async (host) => {
    await using kit = await testKit();
    const inner = supervisor({ host, children: { a: child(Member, { input: Infinity }), b: child(Member, { input: 2 }) } });
    const app = await kit.run(supervisor({ name: 'app', children: { inner } }));
    await kit.loseHost('app/inner');
    expect(kit.running).toEqual(['app', 'app/inner/a']);
    const before = kit.events.length;

    await kit.clock.until(app.stop());

    const since = kit.events.slice(before);
    expect(since.flatMap(({ name, event }) => name === 'log' ? [event] : [])).toMatchObject([{ actor: 'app/inner/a', message: 'shutdown: gone' }]);
    expect(since.filter(({ name }) => name === 'crashed')).toEqual([]);
    expect(kit.running).toEqual([]);
  });

  it.each(['thread', 'process'] as const)('takes those below it that are up along, killed as it is: %s', async (host) => {
    await using kit = await testKit();
    const inner = supervisor({ host, children: { a: child(Member, { input: Infinity }), b: child(Member, { input: 2 }) } });
    const app = await kit.run(supervisor({ name: 'app', children: { inner: child(inner, { shutdown: 'kill' }) } }));
    await kit.loseHost('app/inner');
    const before = kit.events.length;

    await kit.clock.until(app.stop());

    const reasons = kit.events.slice(before).flatMap(({ name, event }) => name === 'crashed' ? [event] : []);
    expect(reasons).toMatchObject([{ actor: 'app/inner/a', reason: { kind: 'killed' } }]);
  });
});
