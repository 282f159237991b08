import type { SharedArray, SharedNumber } from '../../../index.ts';
import { actor } from '../../../index.ts';

interface Input { readonly total: SharedNumber<'int32'>; readonly sums: SharedArray<'float64'> }

/** Changes shared memory. */
export const Adder = actor(import.meta, {
  name: 'adder',
  init: (input: Input) => input,
  handlers: {
    add({ state: { total, sums } }, times: number): void {
      for (let i = 0; i < times; i++) {
        total.add(1);
        sums.add(0, 0.5);
      }
    },
    /** Each time both elements, one after the other. */
    async shift({ state: { sums } }, times: number): Promise<void> {
      for (let i = 0; i < times; i++) {
        await sums.withLock((view) => {
          view[1] = (view[1] as number) + 1;
          view[2] = -(view[1]);
        });
      }
    },
    /** Never leaves the lock. */
    stay({ state: { total, sums } }): Promise<void> {
      return sums.withLock((view) => {
        view[1] = 1;
        total.value = 1;
        for (;;);
      });
    },
    takes: (_ctx, number: SharedNumber<'int32'>): number => number.value,
    /** Of an array that is in a message twice. */
    areOne: (_ctx, a: SharedArray<'float64'>, b: SharedArray<'float64'>): boolean => {
      a.set(0, 42);
      return b.get(0) === 42;
    },
  },
});
