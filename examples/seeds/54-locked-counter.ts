// 54. Python's workers take a `Lock` around reading, sleeping and writing a shared `Value`.
// An actor does one thing at a time, and needs none.

import { actor, isMain, pool, spawn, tasks, type RefOf } from '../../index.ts';
import { seconds } from './seconds.ts';

const Counter = actor(import.meta, {
  name: 'slow-counter',
  init: () => ({ value: 0 }),
  handlers: {
    async modify(ctx, who: string, pause: number): Promise<void> {
      const before = ctx.state.value;
      console.log(`${who} entered`);
      await ctx.sleep(pause);
      ctx.state.value = before + 1;
      console.log(`${who} modified: ${before} -> ${ctx.state.value}`);
    },
    value: (ctx): number => ctx.state.value,
  },
});

const { work } = tasks(import.meta, {
  async work(counter: RefOf<typeof Counter>, name: string, pause: number): Promise<void> { await counter.ask.modify(name, pause); },
});

export async function main(): Promise<void> {
  await using counter = await spawn(Counter);
  await using workers = await pool();
  const jobs = [1, 2, 3, 4, 5].map((i) => workers.run(work, counter, `Worker-${i}`, seconds(0.1)));
  await Promise.all(jobs);
  console.log(`Final counter value: ${await counter.ask.value()} (expected value: 5)`);
}

if (isMain(import.meta)) await main();
