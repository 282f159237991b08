import type { StateCounter, StateDict, StateList, StateNamespace } from '../../../index.ts';
import { StateValue, actor, type ActorError } from '../../../index.ts';

export interface Settings { level: string; hits: number; tags: string[] }

const WINDOW = 250;
const MAX_ASKS = 10;

/** What users of a simulation have tried, and what was answered: its hosts are one thread. Whoever begins one clears it. */
export const increments = { tried: 0, done: 0, failures: [] as { by: string; code: string }[] };

/** How loops over what is watched have ended. Whoever begins one clears it. */
export const endsOfWatching: unknown[] = [];

/** Uses state that others have made. */
export const StateUser = actor(import.meta, {
  name: 'state-user',
  init: () => ({ seen: [] as unknown[] }),
  // Those who wait can be asked meanwhile.
  concurrency: 2,
  handlers: {
    /** So many increments, many of which are under way at a time. */
    async count(_ctx, counter: StateCounter, times: number): Promise<void> {
      for (let left = times; left > 0; left -= WINDOW) {
        // However busy the machine is.
        await Promise.all(Array.from({ length: Math.min(left, WINDOW) }, () => counter.increment(1, { timeout: '1m' })));
      }
    },
    /** One after the other, whatever becomes of them. */
    async tryToCount(ctx, counter: StateCounter, times: number): Promise<void> {
      for (let i = 0; i < times; i++) {
        increments.tried++;
        try {
          await counter.increment();
          increments.done++;
        } catch (error) {
          increments.failures.push({ by: ctx.name, code: (error as ActorError).code });
        }
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
    /** Notes how it ends; whoever asks without end is stopped. */
    async watchToItsEnd(_ctx, value: StateValue<number>): Promise<void> {
      const patient = StateValue.refOf(value).with({ timeout: Infinity });
      let asks = 0;
      const after: typeof patient.ask.after = async (part, version) => {
        if (asks++ === MAX_ASKS) throw new Error('it asks without end');
        return patient.ask.after(part, version);
      };
      const counting = new StateValue<number>({ with: () => ({ ask: { after } }) } as never);
      try {
        for await (const _ of counting.watch());
      } catch (error) {
        endsOfWatching.push(error);
      }
    },
    seen: (ctx): readonly unknown[] => ctx.state.seen,
    async waitFor(_ctx, counter: StateCounter, least: number): Promise<number> {
      for await (const n of counter.watch()) if (n >= least) return n;
      throw new Error('it has no end');
    },
    /** What becomes of what a Python proxy would lose, or refuse, in silence. */
    async misuse(_ctx, posts: StateDict<{ tags: string[] }>): Promise<unknown[]> {
      const codeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => (error as { code?: unknown }).code ?? error);
      await posts.set('a', { tags: ['x'] });
      const nested = async (): Promise<void> => { ((await posts.get('a')) as { tags: string[] }).tags.push('y'); };
      return [
        await nested().catch((error: unknown) => error instanceof TypeError),
        await posts.compareAndSet('a', { tags: ['x'] }, { tags: ['z'] }),
        await codeOf(posts.set('b', { tags: [() => 1] as unknown as string[] })),
        await codeOf((posts as unknown as StateDict<number>).increment('a')),
        await posts.snapshot(),
      ];
    },
    /** What a loop sees while the dict is emptied. */
    async iterate(_ctx, dict: StateDict<number>): Promise<[string, number][]> {
      const seen: [string, number][] = [];
      for await (const entry of dict) {
        seen.push(entry);
        await dict.clear();
      }
      return seen;
    },
    die(): never { process.kill(process.pid, 'SIGKILL'); throw new Error('still here'); },
  },
});
