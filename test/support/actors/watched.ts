import type { RefOf } from '../../../index.ts';
import type { GateRef } from './narrow.ts';
import { actor } from '../../../index.ts';

/** What is looked at while it works. */
export const Watched = actor(import.meta, {
  name: 'watched',
  async init(input: { restartMs: number } | undefined, ctx) {
    if (ctx.incarnation > 1 && input !== undefined) await ctx.sleep(input.restartMs);
    return { seen: [] as unknown[], odd: undefined as unknown };
  },
  handlers: {
    note(ctx, item: unknown) { ctx.state.seen.push(item); },
    seen: (ctx): unknown[] => ctx.state.seen,
    incarnation: (ctx): number => ctx.incarnation,
    /** Goes on until the gate is opened. */
    async wait(ctx, gate: GateRef): Promise<void> {
      await gate.with({ timeout: '1m' }).ask.pass();
      ctx.state.seen.push('waited');
    },
    putAside(ctx): void { ctx.stash(); },
    setTimers(ctx) {
      ctx.after('1h', () => undefined);
      ctx.every(1, ({ state }) => { if (state.seen.at(-1) !== 'tick') state.seen.push('tick'); });
      ctx.idle('1h', () => undefined);
    },
    async *items(ctx): AsyncGenerator<number> {
      yield 1;
      await ctx.sleep('1m');
    },
    crash(): never { throw new Error('crash on request'); },
    exit(_ctx, code: number): never { process.exit(code); },
    /** Blocks its host, once the gate has been told. */
    async block(ctx, gate: GateRef): Promise<never> {
      await gate.ask.noted();
      gate.tell.pass();
      await ctx.sleep(1);
      for (;;);
    },
    /** A state that can't be sent as it is. */
    makeOdd(ctx, kind: 'unsendable' | 'long' | 'changing' | 'refs') {
      const { state } = ctx;
      switch (kind) {
        case 'unsendable':
          state.odd = { run: () => undefined, map: new Map([['socket', new WeakMap()]]), kept: [1, Symbol('s')] };
          break;
        case 'long':
          state.odd = 'long'.repeat(1_000_000);
          break;
        case 'changing':
          state.odd = new Proxy({}, { ownKeys: () => { throw new Error('no keys today'); } });
          break;
        case 'refs': state.odd = { me: ctx.self };
      }
    },
  },
});

export type WatchedRef = RefOf<typeof Watched>;
