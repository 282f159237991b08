import { actor } from '../../../index.ts';

/** Notes how much it works before a timer of its own gets its turn. */
export const Busy = actor(import.meta, {
  name: 'Busy',
  init: () => ({ worked: 0, workedUntilTimer: [] as number[] }),
  handlers: {
    work({ state }, ms: number): void {
      state.worked++;
      for (const until = performance.now() + ms; performance.now() < until;);
    },
    setTimer({ state }): void {
      const before = state.worked;
      setTimeout(() => state.workedUntilTimer.push(state.worked - before), 1);
    },
    workedUntilTimer: ({ state }): number[] => state.workedUntilTimer,
  },
});
