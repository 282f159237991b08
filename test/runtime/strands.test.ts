import { describe, expect, it } from 'vitest';
import { actor, currentActor, start, tasks } from '../../index.ts';
import { testKit } from '../../testing/index.ts';

const strand = (): number => currentActor()?.strand ?? -1;

const { strands } = tasks(import.meta, {
  async strands(): Promise<number[]> {
    const first = strand();
    await Promise.resolve();
    return [first, strand()];
  },
});

const handlers = {
  now: strand,
  async twice(): Promise<number[]> {
    const first = strand();
    await Promise.resolve();
    return [first, strand()];
  },
  async *stream(): AsyncGenerator<number, void, undefined> {
    yield strand();
    yield strand();
  },
};

const Single = actor(import.meta, {
  name: 'single',
  init: () => ({ started: strand(), left: [] as number[] }),
  handlers: {
    ...handlers,
    started: (ctx) => ctx.state.started,
    async leaveBehind(ctx): Promise<void> {
      void ctx.sleep(1).catch(() => undefined).then(() => ctx.state.left.push(strand()));
    },
    left: (ctx) => ctx.state.left,
  },
});

const Several = actor(import.meta, { name: 'several', init: () => null, concurrency: 2, handlers });

describe('a strand', () => {
  it('is 0 for all that an actor does one at a time', async () => {
    await using kit = await testKit();
    const single = await kit.spawn(Single);

    expect(await kit.clock.until(single.ask.started())).toBe(0);
    expect(await kit.clock.until(single.ask.now())).toBe(0);
    expect(await kit.clock.until(single.ask.twice())).toEqual([0, 0]);
  });

  it('is a number of its own for each stream', async () => {
    await using kit = await testKit();
    const single = await kit.spawn(Single);

    const [[a, alsoA], [b, alsoB]] = await kit.clock.until(Promise.all([single.ask.stream().toArray(), single.ask.stream().toArray()]));

    expect([a, b]).toEqual([alsoA, alsoB]);
    expect(new Set([0, a, b]).size).toBe(3);
  });

  it('is a number of its own for each message where there are several at once', async () => {
    await using kit = await testKit();
    const several = await kit.spawn(Several);

    const [[a, alsoA], [b, alsoB], c] = await kit.clock.until(Promise.all([several.ask.twice(), several.ask.twice(), several.ask.now()]));

    expect([a, b]).toEqual([alsoA, alsoB]);
    expect(new Set([0, a, b, c]).size).toBe(4);
  });

  it('is one number of its own for all of a job', async () => {
    await using kit = await testKit();

    const [first, second] = await kit.clock.until(Promise.resolve(start(strands, { system: kit.system })));

    expect(first).toBeGreaterThan(0);
    expect(second).toBe(first);
  });

  it('is a number of its own for what a handler leaves behind', async () => {
    await using kit = await testKit();
    const single = await kit.spawn(Single);
    await kit.clock.until(single.ask.leaveBehind());
    await kit.clock.advance(5);

    expect(await kit.clock.until(single.ask.left())).toEqual([expect.any(Number)]);
    expect(await kit.clock.until(single.ask.left())).not.toEqual([0]);
  });
});
