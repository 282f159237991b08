import { actor } from '../../../index.ts';

async function coin(cents: number): Promise<object> {
  const { Coin } = await import('../coin.ts');
  return new Coin(cents);
}

/** Has instances of a class that its program doesn't know. */
export const Purse = actor(import.meta, {
  name: 'purse',
  init: () => ({ finished: 0 }),
  handlers: {
    async throws(): Promise<never> { throw Object.assign(new Error('no funds'), { price: await coin(3) }); },
    async refuses(ctx): Promise<never> { throw ctx.refuse('no_funds', 'no funds', { price: await coin(3) }); },
    async answers(): Promise<unknown> { return coin(3); },
    /** Twice in one collection of each kind. */
    async throwsMany(): Promise<never> {
      const coins = [await coin(1), await coin(2)] as const;
      throw Object.assign(new Error('no change'), { set: new Set(coins), map: new Map(coins.map((each) => [each, 'coin'])) });
    },
    async logs(ctx): Promise<void> { ctx.log.info({ price: await coin(3), done: () => undefined }, 'sold'); },
    /** Logs what is no object with fields, and no text. */
    async logsAnything(ctx): Promise<void> {
      const unreadable = new Proxy({}, { getPrototypeOf() { throw new Error('no prototype'); } });
      for (const each of ['sold', null, undefined, new Error('broke'), await coin(3), unreadable]) {
        (ctx.log as unknown as { info(fields: unknown): void }).info(each);
      }
    },
    async *streams(ctx): AsyncGenerator {
      try {
        for (let i = 0; ; i++) yield await coin(i);
      } finally {
        ctx.state.finished++;
      }
    },
    /** An error that can be sent so many times, and no more. */
    async fades(_ctx, times: number): Promise<never> {
      const { Fading } = await import('../coin.ts');
      throw Object.assign(new Error('fades'), { fading: new Fading(times) });
    },
    logsMuch(ctx, length: number): void {
      ctx.log.info({ text: 'x'.repeat(length) }, 'y'.repeat(length));
    },
    refusesMuch(ctx, length: number): never { throw ctx.refuse('no', 'z'.repeat(length)); },
    finished: (ctx): number => ctx.state.finished,
  },
});
