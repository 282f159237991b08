import { createActor, fromTransition } from 'xstate';
import type { ActorSystem } from '../index.ts';
import type { Question } from './pairs.ts';
import { Echo } from './echo.ts';

const TELLS = 300_000;
const ASKS = 50_000;

type Event = { type: 'add'; by: number } | { type: 'echo'; value: number; reply: (value: number) => void };

/** How many messages per second pass within one thread, beside xstate's cheapest actor? */
export async function inThread(system: ActorSystem): Promise<Question[]> {
  const echo = await system.spawn(Echo);
  const peer = createActor(fromTransition((state: { n: number }, event: Event) => {
    if (event.type === 'add') state.n += event.by;
    else event.reply(event.value);
    return state;
  }, { n: 0 })).start();
  return [{
    name: 'tell in this thread, beside xstate send', unit: 'messages/s', goal: 0.3,
    ours: () => perSecond(TELLS, async () => {
      for (let i = 0; i < TELLS; i++) echo.tell.add(1);
      await echo.ask.total();
    }),
    theirs: () => perSecond(TELLS, async () => {
      for (let i = 0; i < TELLS; i++) peer.send({ type: 'add', by: 1 });
    }),
  }, {
    name: 'ask in this thread, beside xstate send with a reply', unit: 'asks/s', goal: 0.3,
    ours: () => perSecond(ASKS, async () => {
      for (let i = 0; i < ASKS; i++) await echo.ask.echo(i);
    }),
    theirs: () => perSecond(ASKS, async () => {
      for (let i = 0; i < ASKS; i++) await new Promise<number>((reply) => peer.send({ type: 'echo', value: i, reply }));
    }),
  }];
}

async function perSecond(count: number, run: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return count / (performance.now() - startedAt) * 1_000;
}
