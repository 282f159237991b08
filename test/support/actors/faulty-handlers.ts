import type { ActorRef } from '../../../index.ts';
import { actor, createSystem } from '../../../index.ts';

/** Fails in every way that a handler can. */
export const Faulty = actor(import.meta, {
  name: 'faulty',
  // The second life takes its time, so that a test can look at an actor that is being restarted.
  async init(input: { restartMs?: number } | undefined, ctx) {
    if (ctx.incarnation > 1) await ctx.sleep(input?.restartMs ?? 0);
    return { reached: false };
  },
  handlers: {
    ping: () => 'pong' as const,
    crash(): never { throw new TypeError('out of paper'); },
    refuse(ctx, code: string = 'sold_out'): never { throw ctx.refuse(code, 'no seats left', { seats: 0 }); },
    async sleep(ctx, ms: number): Promise<void> { await ctx.sleep(ms); },
    take: (_ctx, value: unknown) => typeof value,
    give: (_ctx, what: 'a function' | 'an iterator'): unknown =>
      what === 'a function' ? { close: () => undefined } : [1, 2].values(),
    giveContext: (ctx): unknown => ctx,
    // An iterator, and yet no stream: only a generator's own kind says that before it runs.
    words: () => spell('actor'),
    async *letters(_ctx, word: string) { yield* word; },
    exit(_ctx, code: number) { process.exit(code); },
    noteTo(_ctx, sink: ActorRef<{ note(item: unknown): void }>, item: unknown) { sink.tell.note(item); },
    system(): string {
      try {
        void createSystem();
        return 'made one';
      } catch (error) {
        return (error as { code: string }).code;
      }
    },
  },
});

async function* spell(word: string): AsyncGenerator<string> { yield* word; }
