import { describe, expect, it } from 'vitest';
import type { HostSet } from '../../index.ts';
import { actor, child, supervisor } from '../../index.ts';
import type { TestKit } from '../../testing/index.ts';
import { testKit } from '../../testing/index.ts';

const Idle = actor(import.meta, { name: 'idle', init: () => null, handlers: { incarnation: (ctx): number => ctx.incarnation } });

/** Takes its time to stop. */
const Slow = actor({ name: 'slow', init: () => null, handlers: {}, stop: (ctx) => ctx.sleep('1s') });

/** A set that has no host at the moment, but will have one again after a while. */
async function emptySet(kit: TestKit): Promise<HostSet> {
  const set = await kit.clock.until(kit.system.hosts({ kind: 'thread', size: 1 }));
  for (let i = 0; i < 2; i++) await kit.loseHost(await kit.spawn(Idle, { host: set }));
  return set;
}

describe('an actor that waits for a host of its set when the system stops', () => {
  it.each(['stop', 'kill'] as const)('is refused because of that, by %s', async (how) => {
    await using kit = await testKit();
    const set = await emptySet(kit);
    const refused = expect(kit.system.spawn(Idle, { host: set })).rejects.toMatchObject({ code: 'TROUPE_SYSTEM_STOPPED' });
    await kit.idle();

    await kit.clock.until(kit.system[how]());

    await refused;
  });

  it('is no failure of its supervisor, which has not been told to stop yet', async () => {
    await using kit = await testKit();
    const set = await kit.clock.until(kit.system.hosts({ kind: 'thread', size: 1 }));
    const app = await kit.run(supervisor({ name: 'app', backoff: false, children: { one: child(Idle, { host: set }) } }));
    await kit.spawn(Slow);
    await kit.loseHost(await kit.spawn(Idle, { host: set }));
    await kit.clock.until(app.children.one.ask.incarnation());
    await kit.loseHost('app/one');

    await kit.clock.until(kit.system.stop());

    expect(await app.done).toEqual({ code: 0, reason: { kind: 'shutdown' } });
  });
});
