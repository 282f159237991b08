import { ClosedError, actor, type ActorError, type Queue } from '../../../index.ts';

/** What has become of an item, as its producer or consumer sees it. */
export interface Mark {
  readonly what: 'accepted' | 'failed' | 'taken' | 'acknowledged';
  readonly value: number;
  /** Which actor, and which life of it. */
  readonly by: string;
}

/** What has happened in a simulation, in order: its hosts are one thread. Whoever begins one clears it. */
export const marks: Mark[] = [];

/** Why consumers and producers have ended. */
export const ends: string[] = [];

export const Producer = actor(import.meta, {
  name: 'producer',
  init: () => null,
  handlers: {
    async produce(ctx, queue: Queue<number>, from: number, count: number): Promise<void> {
      for (let value = from; value < from + count; value++) {
        const by = ctx.name;
        try {
          await queue.put(value);
          marks.push({ what: 'accepted', value, by });
        } catch (error) {
          marks.push({ what: 'failed', value, by });
          ends.push((error as ActorError).code);
        }
      }
    },
    /** A large item, and the end of this actor. */
    async putAndEnd(ctx, queue: Queue<Uint8Array>, size: number): Promise<void> {
      await queue.put(new Uint8Array(size).fill(7));
      ctx.stop();
    },
  },
});

export type Way = 'get' | 'take' | 'iterate' | 'window';

export const Consumer = actor(import.meta, {
  name: 'consumer',
  init(input: { queue: Queue<number>; way: Way }, ctx) {
    ctx.self.as(Consumer).tell.consume();
    return input;
  },
  handlers: {
    async consume(ctx): Promise<void> {
      const { queue, way } = ctx.state;
      const by = `${ctx.name} ${ctx.incarnation}`;
      const mark = (what: Mark['what'], value: number): void => { marks.push({ what, value, by }); };
      try {
        switch (way) {
          case 'get':
            for (;;) mark('acknowledged', await queue.get());
          case 'take':
            for (;;) {
              const delivery = await queue.take();
              mark('taken', delivery.value);
              await ctx.sleep(2);
              mark('acknowledged', delivery.value);
              delivery.acknowledge();
            }
          case 'iterate':
          case 'window':
            for await (const value of queue.items({ window: way === 'window' ? 3 : 1 })) {
              mark('taken', value);
              await ctx.sleep(2);
              // The next one is asked for.
              mark('acknowledged', value);
            }
        }
      } catch (error) {
        if (!(error instanceof ClosedError)) ends.push((error as ActorError).code);
      }
    },
  },
});

/** Takes items, and holds them. */
export const Holder = actor(import.meta, {
  name: 'holder',
  init: () => null,
  handlers: {
    async hold(_ctx, queue: Queue<number>, count: number): Promise<number[]> {
      const values: number[] = [];
      while (values.length < count) values.push((await queue.take()).value);
      return values;
    },
    async get(_ctx, queue: Queue<number>): Promise<number> { return queue.get(); },
    async pass(_ctx, queue: Queue<number>): Promise<Queue<number>> { return queue; },
    async sum(_ctx, queue: Queue<number>): Promise<number> {
      let sum = 0;
      for await (const value of queue) sum += value;
      return sum;
    },
    crash(): never { throw new Error('crashed on purpose'); },
    die(): never { process.kill(process.pid, 'SIGKILL'); throw new Error('still here'); },
  },
});
