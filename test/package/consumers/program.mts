import { actor, isMain, spawn } from 'troupe';
import type { RefOf } from 'troupe';
import { ManualClock } from 'troupe/testing';

export const Greeter = actor(import.meta, {
  init: (input: { word: string }) => ({ word: input.word }),
  handlers: {
    greet: (ctx, whom: string) => `${ctx.state.word} ${whom} from ${ctx.name}`,
    async *count(_ctx, to: number) {
      for (let n = 1; n <= to; n++) yield n;
    },
  },
});

async function ask(greeter: RefOf<typeof Greeter>): Promise<readonly [string, number[]]> {
  return [await greeter.ask.greet('TypeScript'), await greeter.ask.count(2).toArray()];
}

if (isMain(import.meta)) {
  for (const host of ['local', 'thread', 'process'] as const) {
    await using greeter = await spawn(Greeter, { host, name: host, input: { word: 'hello' } });
    const [text, numbers] = await ask(greeter);
    console.log(text, numbers.length);
  }
  const now: number = new ManualClock().now();
  console.log(now);
}

// @ts-expect-error: a number is no text
export const wrong = (greeter: RefOf<typeof Greeter>): Promise<string> => greeter.ask.greet(1);
