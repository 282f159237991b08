// A program with its actors in two modules, of which a bundle makes one.
import { actor, isMain, spawn } from 'troupe';
import type { ActorContext } from 'troupe';
import { Shouter } from './shouter.ts';

export const Greeter = actor(import.meta, {
  init: () => null,
  handlers: {
    greet: (ctx, whom: string) => `hello ${whom} from ${ctx.name}`,
    async shout(ctx: ActorContext<null>, text: string): Promise<string> {
      const shouter = await ctx.spawn(Shouter, { host: 'thread' });
      return await shouter.ask.shout(text);
    },
  },
});

const { HOST_FAULT: fault } = process.env;

if (isMain(import.meta)) {
  for (const host of ['local', 'thread', 'process'] as const) {
    try {
      const env = host === 'local' ? {} : { env: { HOST_FAULT: fault } };
      const greeter = await spawn(Greeter, { host, name: host, ...env });
      console.log(await greeter.ask.greet('bundle'), await greeter.ask.shout('!a'));
    } catch (error) {
      console.log(host, (error as { code?: string }).code, (error as Error).message);
    }
  }
} else if (fault === 'throws') {
  throw new Error('no configuration');
} else if (fault === 'spawns') {
  await spawn(Greeter, { host: 'thread' });
}
