// The code lock of Erlang's gen_statem: a door opens for 10 s when the right buttons have been pressed.
// `after` is its state timeout, a delayed `raise` its event timeout, and what is pressed while the door is open is postponed.

import { assign, cancel, raise, setup } from 'xstate';
import { isMain, machine, postpone, spawn } from '../../index.ts';
import { seconds } from '../seeds/seconds.ts';

interface Settings { readonly code: readonly number[]; readonly openTime: number; readonly pause: number }
type LockEvent = { type: 'button'; digit: number } | { type: 'forget' };

const chart = setup({
  types: {
    input: {} as Settings,
    context: {} as Settings & { readonly pressed: readonly number[] },
    events: {} as LockEvent,
  },
  delays: { openTime: ({ context }) => context.openTime, pause: ({ context }) => context.pause },
  actions: { postpone },
}).createMachine({
  id: 'code-lock',
  context: ({ input }) => ({ ...input, pressed: [] }),
  initial: 'locked',
  states: {
    locked: {
      entry: assign({ pressed: [] }),
      exit: cancel('pause'),
      on: {
        // As many as the code has, the last ones; and who pauses for too long begins anew.
        button: {
          actions: [
            assign({ pressed: ({ context, event }) => [...context.pressed, event.digit].slice(-context.code.length) }),
            cancel('pause'),
            raise({ type: 'forget' }, { id: 'pause', delay: 'pause' }),
          ],
        },
        forget: { actions: assign({ pressed: [] }) },
      },
      always: { guard: ({ context: { code, pressed } }) => code.join() === pressed.join(), target: 'open' },
    },
    open: {
      after: { openTime: 'locked' },
      on: { button: { actions: 'postpone' } },
    },
  },
});

export const CodeLock = machine(import.meta, chart);

export async function main(): Promise<void> {
  const lock = await spawn(CodeLock, { input: { code: [1, 2, 3], openTime: seconds(10), pause: seconds(30) } });
  const press = (...digits: number[]): void => { for (const digit of digits) lock.tell.send({ type: 'button', digit }); };

  press(1, 2, 4);
  console.log('after 1 2 4:', (await lock.ask.snapshot()).value);
  press(1, 2, 3, 1, 2, 3); // the second time while it is open
  let lines = 0;
  for await (const { value, context } of lock.ask.changes()) {
    console.log(value, context.pressed.join(' '));
    if (++lines === 6) break;
  }
  await lock.stop();
}

if (isMain(import.meta)) await main();
