import { tasks } from '../index.ts';

export const { square, work } = tasks(import.meta, {
  square: (n: number) => n * n,
  /** Keeps its thread busy for so many milliseconds. */
  work(ms: number): number {
    const until = performance.now() + ms;
    while (performance.now() < until);
    return ms;
  },
});
