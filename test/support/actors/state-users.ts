import type { StateCounter, StateDict, StateList, StateNamespace, StateValue } from '../../../index.ts';
import { actor } from '../../../index.ts';

export interface Settings { level: string; hits: number; tags: string[] }

/** Uses state that others have made. */
export const StateUser = actor(import.meta, {
  name: 'state-user',
  init: () => ({ seen: [] as unknown[] }),
  handlers: {
    /** So many increments, each of which is awaited, up to `window` of them at a time. */
    async count(_ctx, counter: StateCounter, times: number, window: number): Promise<void> {
      for (let left = times; left > 0; left -= window) {
        await Promise.all(Array.from({ length: Math.min(left, window) }, () => counter.increment()));
      }
    },
    async hit(_ctx, hits: StateDict<number>, key: string, times: number): Promise<void> {
      for (let i = 0; i < times; i++) await hits.increment(key);
    },
    async append(_ctx, list: StateList<number>, numbers: readonly number[]): Promise<void> {
      for (const n of numbers) await list.update((items) => [...items, n]);
    },
    pass: (_ctx, given: StateCounter): StateCounter => given,
    /** What of a snapshot can be changed here. */
    async tryToChange(_ctx, settings: StateNamespace<Settings>): Promise<string[]> {
      const snapshot = await settings.snapshot() as Settings;
      const changed: string[] = [];
      for (const [what, change] of Object.entries({
        property: () => { snapshot.level = 'silent'; },
        list: () => { snapshot.tags.push('b'); },
      })) {
        try {
          change();
          changed.push(what);
        } catch {
          // It is frozen.
        }
      }
      return changed;
    },
    /** All that is seen of it from now on. */
    async watch(ctx, value: StateValue<number>): Promise<void> {
      for await (const seen of value.watch()) ctx.state.seen.push(seen);
    },
    async waitFor(_ctx, counter: StateCounter, least: number): Promise<number> {
      for await (const n of counter.watch()) if (n >= least) return n;
      throw new Error('it has no end');
    },
    die(): never { process.kill(process.pid, 'SIGKILL'); throw new Error('still here'); },
  },
});
