import { assign, setup } from 'xstate';
import type { Notebook } from './notes.ts';
import { machine } from '../../../index.ts';

interface Input { readonly notes: Notebook; readonly started: Int32Array }

/** An action of it never ends: what can be seen of it is in shared memory, or in a note. */
const busy = setup({
  types: { context: {} as Input & { readonly n: number }, input: {} as Input, events: {} as { type: 'up' } | { type: 'hang' } | { type: 'die' } },
  actions: {
    hang: ({ context: { started } }) => {
      Atomics.store(started, 0, 1);
      for (;;);
    },
    die: () => { process.kill(process.pid, 'SIGKILL'); },
  },
}).createMachine({
  context: ({ input }) => ({ ...input, n: 0 }),
  initial: 'ready',
  states: {
    ready: { on: { up: { actions: assign({ n: ({ context }) => context.n + 1 }) }, hang: { target: 'hung', actions: 'hang' }, die: { target: 'hung', actions: 'die' } } },
    hung: {},
  },
});

export const BusyMachine = machine(import.meta, busy, { name: 'busy-machine' });
export const LastingBusyMachine = machine(import.meta, busy, { name: 'lasting-busy-machine', restart: { from: 'snapshot' } });
