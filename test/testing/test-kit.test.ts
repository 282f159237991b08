import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../../index.ts';
import { actor, child, supervisor } from '../../index.ts';
import { testKit } from '../../testing/index.ts';

const Counter = actor(import.meta, {
  name: 'counter',
  init: (input: { start: number }) => ({ n: input.start }),
  handlers: {
    increment(ctx, by: number = 1) { return (ctx.state.n += by); },
    value: (ctx) => ctx.state.n,
    async slow(ctx, ms: number) {
      await ctx.sleep(ms);
      return ctx.now();
    },
    crash(): never { throw new Error('crash'); },
    async stuck() { await new Promise(() => {}); },
    time: () => Date.now(),
    incarnation: (ctx) => ctx.incarnation,
    async askOther(_ctx, other: ActorRef<{ slow(ms: number): Promise<number> }>, ms: number): Promise<number> {
      return other.ask.slow(ms);
    },
  },
});

describe('the test kit', () => {
  for (const host of ['local', 'thread', 'process'] as const) {
    it(`runs an actor on a simulated ${host} host`, async () => {
      await using kit = await testKit({ seed: 1 });
      const counter = await kit.spawn(Counter, { input: { start: 7 }, host });
      counter.tell.increment(2);

      expect(await counter.ask.value()).toBe(9);
    });

    it(`lets virtual time pass on a ${host} host`, async () => {
      await using kit = await testKit({ seed: 1, wallStart: 1_000 });
      const counter = await kit.spawn(Counter, { input: { start: 7 }, host });
      const slow = counter.with({ timeout: '2m' }).ask.slow(60_000);
      await kit.clock.advance('1m');

      expect(await slow).toBe(61_000);
    });
  }

  it('restarts a crashed child', async () => {
    await using kit = await testKit({ seed: 3 });
    const app = await kit.run(supervisor({ children: { a: child(Counter, { input: { start: 1 }, host: 'process' }) } }));
    await kit.crash(app.children.a);
    expect(await app.children.a.ask.incarnation()).toBe(2);
    await kit.loseHost(app.children.a);
    await kit.clock.advance('1s');
    expect(await app.children.a.ask.incarnation()).toBe(3);
  });

  it('names an actor that waits for the world outside', async () => {
    await using kit = await testKit();
    const counter = await kit.spawn(Counter, { input: { start: 1 }, host: 'thread' });
    const stuck = counter.ask.stuck();
    await expect(kit.idle()).rejects.toMatchObject({ code: 'TROUPE_NOT_VIRTUAL', actor: 'counter-1' });
    counter.kill();
    await expect(stuck).rejects.toThrow();
  });

  it('names an actor that looks at the real clock', async () => {
    await using kit = await testKit();
    const counter = await kit.spawn(Counter, { input: { start: 1 }, host: 'thread' });
    await expect(counter.ask.time()).rejects.toMatchObject({ cause: { code: 'TROUPE_NOT_VIRTUAL' } });
    await expect(kit.idle()).rejects.toMatchObject({ code: 'TROUPE_NOT_VIRTUAL', actor: 'counter-1' });
    expect(Date.now()).toBeGreaterThan(1e12);
  });
});
