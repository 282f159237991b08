import type { Mutex, SharedNumber, StateCounter } from '../index.ts';
import { actor } from '../index.ts';

/** Counts with what it is given, one after the other. */
export const Counting = actor(import.meta, {
  name: 'counting',
  init: () => ({}),
  handlers: {
    add(_ctx, total: SharedNumber<'int32'>, times: number): void {
      for (let i = 0; i < times; i++) total.add(1);
    },
    async addInItsLock(_ctx, total: SharedNumber<'int32'>, times: number): Promise<void> {
      for (let i = 0; i < times; i++) await total.withLock((view) => { view[0] = (view[0] as number) + 1; });
    },
    async addInMutex(_ctx, total: SharedNumber<'int32'>, lock: Mutex, times: number): Promise<void> {
      for (let i = 0; i < times; i++) await lock.use(() => { total.value += 1; });
    },
    async increment(_ctx, counter: StateCounter, times: number): Promise<void> {
      for (let i = 0; i < times; i++) await counter.increment();
    },
  },
});
