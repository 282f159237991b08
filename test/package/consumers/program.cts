import { pathToFileURL } from 'node:url';
import { actor, isMain, spawn } from 'troupe';
import testing = require('troupe/testing');

const meta = { url: pathToFileURL(__filename).href };

export const Greeter = actor(meta, {
  init: () => null,
  handlers: { greet: (ctx, whom: string) => `hello ${whom} from ${ctx.name}` },
});

async function main(): Promise<void> {
  for (const host of ['local', 'thread', 'process'] as const) {
    const greeter = await spawn(Greeter, { host, name: host });
    const text: string = await greeter.ask.greet('CommonJS in TypeScript');
    console.log(text);
  }
  console.log(new testing.ManualClock().now());
}

if (isMain(meta)) void main();

// @ts-expect-error: there is no such place
export const wrong = (): unknown => spawn(Greeter, { host: 'moon' });
