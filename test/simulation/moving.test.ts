import { describe, expect, it } from 'vitest';
import type { RefOf } from '../../index.ts';
import { actor, child, supervisor } from '../../index.ts';
import { testKit } from '../../testing/index.ts';

const Target = actor(import.meta, {
  name: 'target',
  init: () => [] as number[],
  handlers: {
    note(ctx, item: number) { ctx.state.push(item); },
    noted: (ctx): readonly number[] => ctx.state,
    *items(ctx) { yield* ctx.state; },
    incarnation: (ctx): number => ctx.incarnation,
    self: (ctx): unknown => ctx.self,
  },
});
/** A frame from a host to itself. */
const BY_WAY_OF_MAIN = /\b(\d+) > \1:/;

type TargetRef = RefOf<typeof Target>;

const Sender = actor(import.meta, {
  name: 'sender',
  init: (input: { target: TargetRef }) => input,
  handlers: {
    send({ state: { target } }, from: number, to: number) { for (let i = from; i <= to; i++) target.tell.note(i); },
    ask: async ({ state: { target } }): Promise<unknown> => [await target.ask.incarnation(), await target.ask.noted(), await target.ask.items().toArray()],
    isSelf: async ({ state: { target } }): Promise<boolean> => await target.ask.self() === target,
    end(ctx) { ctx.stop(); },
  },
});

describe('an actor that is started again on a host where it is known already', () => {
  it.each([
    ['thread', 1], ['thread', 2], ['thread', 3], ['process', 4], ['process', 5],
  ] as const)('gets what is sent there, in order, and is one with its ref: on a %s, seed %i', async (kind, seed) => {
    await using kit = await testKit({ seed, delay: '3ms' });
    await using set = await kit.clock.until(kit.system.hosts({ kind, size: 2 }));
    const app = await kit.run(supervisor({ name: 'app', children: { target: child(Target, { host: set }) } }));
    const { target } = app.children;
    const sender = await kit.spawn(Sender, { input: { target }, host: set });
    await kit.clock.until(sender.ask.send(1, 3));
    await kit.loseHost(target);
    sender.tell.send(4, 6);
    await kit.clock.until(target.ask.incarnation());
    sender.tell.send(7, 9);

    const [incarnation, noted, items] = await kit.clock.until(sender.ask.ask()) as [number, number[], number[]];

    expect([incarnation, noted]).toEqual([2, [4, 5, 6, 7, 8, 9]]);
    expect(items).toEqual(noted);
    const before = kit.trace.length;
    expect(await kit.clock.until(sender.ask.isSelf())).toBe(true);
    expect(kit.trace.slice(before).filter((line) => BY_WAY_OF_MAIN.test(line))).toEqual([]);
    await kit.clock.until(sender.ask.end());
    expect(await kit.clock.until(sender.closed)).toEqual({ kind: 'normal' });
  });
});
