import { actor, isMain, spawn } from 'troupe';
import type { ActorContext } from 'troupe';

interface State { readonly word: string }

export const Greeter = actor(import.meta, {
  init: (): State => ({ word: 'hello' }),
  handlers: { greet: (ctx: ActorContext<State>, whom: string) => `${ctx.state.word} ${whom} from ${ctx.name}` },
});

if (isMain(import.meta)) {
  for (const host of ['local', 'thread', 'process'] as const) {
    const greeter = await spawn(Greeter, { host, name: host });
    console.log(await greeter.ask.greet('TypeScript'));
  }
}
