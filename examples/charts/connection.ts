// A connection that comes back: after each failure it waits, twice as long as before. When it has tried often enough its machine fails,
// as no branch takes the error any more, and its supervisor begins a new one.

import { assign, fromPromise, setup } from 'xstate';
import { actor, child, isMain, machine, run, spawn, supervisor, type RefOf } from '../../index.ts';
import { seconds } from '../seeds/seconds.ts';

/** The other side: it takes nobody in until it is open. An actor, so that a test needs no network. */
export const Server = actor(import.meta, {
  name: 'server',
  init: () => ({ isOpen: false, tries: 0, hangUp: (): void => undefined }),
  handlers: {
    open(ctx) { ctx.state.isOpen = true; },
    tries: (ctx) => ctx.state.tries,
    dial(ctx): string {
      ctx.state.tries++;
      if (!ctx.state.isOpen) throw ctx.refuse('closed', 'nobody takes calls yet');
      return `line ${ctx.state.tries}`;
    },
    /** Resolves when the line breaks. */
    line(ctx): Promise<void> {
      const end = ctx.later<void>();
      ctx.state.hangUp = () => end.resolve();
      return end.promise;
    },
    hangUp(ctx) { ctx.state.hangUp(); },
  },
});

interface Settings { readonly server: RefOf<typeof Server>; readonly firstDelay: number; readonly tries: number }

const chart = setup({
  types: {
    input: {} as Settings,
    context: {} as Settings & { readonly failures: number; readonly line: string | undefined },
    tags: {} as 'usable',
  },
  actors: {
    dial: fromPromise(({ input: server, signal }: { input: Settings['server']; signal: AbortSignal }) => server.with({ signal }).ask.dial()),
    line: fromPromise(({ input: server, signal }: { input: Settings['server']; signal: AbortSignal }) => server.with({ signal, timeout: Infinity }).ask.line()),
  },
  delays: { backoff: ({ context }) => context.firstDelay * 2 ** (context.failures - 1) },
  guards: { mayTryAgain: ({ context }) => context.failures + 1 < context.tries },
}).createMachine({
  id: 'connection',
  context: ({ input }) => ({ ...input, failures: 0, line: undefined }),
  initial: 'connecting',
  states: {
    connecting: {
      invoke: {
        src: 'dial',
        input: ({ context }) => context.server,
        onDone: { target: 'connected', actions: assign({ failures: 0, line: ({ event }) => event.output }) },
        onError: { guard: 'mayTryAgain', target: 'waiting', actions: assign({ failures: ({ context }) => context.failures + 1 }) },
      },
    },
    waiting: { after: { backoff: 'connecting' } },
    connected: {
      tags: 'usable',
      exit: assign({ line: undefined }),
      invoke: { src: 'line', input: ({ context }) => context.server, onDone: 'connecting', onError: 'connecting' },
    },
  },
});

export const Connection = machine(import.meta, chart, { name: 'connection' });

export async function main(): Promise<void> {
  const server = await spawn(Server, { host: 'thread' });
  const settings = { server, firstDelay: seconds(1), tries: 4 };
  await using app = await run(supervisor({ name: 'app', children: { connection: child(Connection, { input: settings }) } }), { log: false });
  const { connection } = app.children;

  try {
    for await (const { value, context } of connection.ask.changes()) {
      if (value === 'waiting' && context.failures === 3) console.log('it will try once more');
    }
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
  }

  await server.ask.open();
  const { value, context } = await connection.ask.waitFor({ tags: ['usable'] }, '60s');
  console.log(value, 'with', context.failures, 'failures');

  const lost = connection.ask.waitFor('connecting', '60s');
  server.tell.hangUp();
  console.log((await lost).value, 'when the line breaks');
  console.log((await connection.ask.waitFor('connected', '60s')).value, 'again');

  await server.stop();
}

if (isMain(import.meta)) await main();
