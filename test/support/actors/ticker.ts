import type { RefOf } from '../../../index.ts';
import type { GateRef } from './narrow.ts';
import { actor } from '../../../index.ts';

/** Sets timers of every kind, and says what they did. */
export const Ticker = actor(import.meta, {
  name: 'ticker',
  init: () => ({ ticksOfOthers: 0 }),
  handlers: {
    after(ctx, ms: number, text: string): Promise<string> {
      const answer = ctx.later<string>();
      ctx.after(ms, () => answer.resolve(text));
      return answer.promise;
    },
    every(ctx, ms: number, times: number): Promise<string[]> {
      const answer = ctx.later<string[]>();
      const ticks: string[] = [];
      const cancel = ctx.every(ms, () => {
        ticks.push(`every ${ticks.length + 1}`);
        if (ticks.length < times) return;
        cancel();
        answer.resolve(ticks);
      });
      return answer.promise;
    },
    /** Two whose signals wait already when they are cancelled. */
    async cancelWaiting(ctx): Promise<string[]> {
      const ran: string[] = [];
      const cancels = [ctx.after(0, () => ran.push('after')), ctx.every(1, () => ran.push('every'))];
      await ctx.sleep(5);
      for (const cancel of cancels) cancel();
      const answer = ctx.later<string[]>();
      ctx.after(1, () => answer.resolve(ran));
      return answer.promise;
    },
    idle(ctx, ms: number, gate: GateRef) { ctx.idle(ms, () => gate.tell.note('idle')); },
    /** The others, of the same incarnation, count into nowhere afterwards. */
    crashByTimer(ctx): Promise<void> {
      ctx.every(1, ({ state }) => { state.ticksOfOthers++; });
      ctx.after(1, () => { throw new Error('by timer'); });
      return ctx.later<void>().promise;
    },
    ticksOfOthers: (ctx): number => ctx.state.ticksOfOthers,
    incarnation: (ctx): number => ctx.incarnation,
  },
});

export type TickerRef = RefOf<typeof Ticker>;
