// A door that falls shut when it has stood open for too long, and locks itself when it has stayed shut for long enough.

import { assign, setup } from 'xstate';
import { isMain, machine, spawn } from '../../index.ts';
import { seconds } from '../seeds/seconds.ts';

interface Times { readonly closeAfter: number; readonly lockAfter: number }
type DoorEvent = { type: 'open' } | { type: 'close' } | { type: 'lock' } | { type: 'unlock'; key: string };

const chart = setup({
  types: {
    input: {} as Times & { readonly key: string },
    context: {} as Times & { readonly key: string; readonly opened: number },
    events: {} as DoorEvent,
    tags: {} as 'shut',
  },
  delays: { closeAfter: ({ context }) => context.closeAfter, lockAfter: ({ context }) => context.lockAfter },
  guards: { fits: ({ context, event }) => event.type === 'unlock' && event.key === context.key },
}).createMachine({
  id: 'door',
  context: ({ input }) => ({ ...input, opened: 0 }),
  initial: 'locked',
  states: {
    locked: {
      tags: 'shut',
      on: { unlock: { guard: 'fits', target: 'closed' } },
    },
    closed: {
      tags: 'shut',
      after: { lockAfter: 'locked' },
      on: { open: 'open', lock: 'locked' },
    },
    open: {
      entry: assign({ opened: ({ context }) => context.opened + 1 }),
      after: { closeAfter: 'closed' },
      on: { close: 'closed' },
    },
  },
});

export const Door = machine(import.meta, chart, { strict: true });

export async function main(): Promise<void> {
  const door = await spawn(Door, { input: { key: 'brass', closeAfter: seconds(2), lockAfter: seconds(1) }, host: 'thread' });

  console.log('can it be opened?', await door.ask.can({ type: 'open' }));
  await door.ask.send({ type: 'unlock', key: 'tin' });

  const passed: unknown[] = [];
  for await (const { value, context } of door.ask.changes()) {
    console.log(`${value}, opened ${context.opened} times`);
    passed.push(value);
    if (passed.length === 1) {
      door.tell.send({ type: 'unlock', key: 'brass' });
      door.tell.send({ type: 'open' });
    }
    if (passed.length > 1 && value === 'locked') break;
  }
  await door.stop();
}

if (isMain(import.meta)) await main();
