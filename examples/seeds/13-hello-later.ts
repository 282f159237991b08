// 13. Python has `asyncio` for code that waits, another library with other rules.
// Every actor here may wait, and runs in this thread by default.

import { actor, isMain, spawn } from '../../index.ts';
import { seconds } from './seconds.ts';

const Greeter = actor(import.meta, {
  name: 'greeter',
  init: () => ({}),
  handlers: {
    async greet(ctx, pause: number): Promise<void> {
      console.log('Hello');
      await ctx.sleep(pause);
      console.log('world');
    },
  },
});

export async function main(): Promise<void> {
  await using greeter = await spawn(Greeter);
  await greeter.ask.greet(seconds(1));
}

if (isMain(import.meta)) await main();
