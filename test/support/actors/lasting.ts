import { assign, fromTransition, sendTo, setup } from 'xstate';
import { machine, postpone } from '../../../index.ts';

type Event = { type: 'up' } | { type: 'job'; name: string } | { type: 'free' } | { type: 'fail' };

const lasting = setup({
  types: { context: {} as { readonly took: readonly string[]; readonly ups: number }, events: {} as Event },
  actors: { counter: fromTransition((n: number, _event: { type: 'up' }) => n + 1, 0) },
  actions: { postpone, fail: () => { throw new Error('as told'); } },
}).createMachine({
  context: { took: [], ups: 0 },
  initial: 'busy',
  invoke: { src: 'counter', id: 'counter', onSnapshot: { actions: assign({ ups: ({ event }) => event.snapshot.context }) } },
  on: { up: { actions: sendTo('counter', { type: 'up' }) }, fail: { actions: 'fail' } },
  states: {
    busy: { on: { job: { actions: 'postpone' }, free: 'idle' }, after: { 100: 'idle' } },
    idle: { on: { job: { actions: assign({ took: ({ context, event }) => [...context.took, event.name] }) } } },
  },
});

/** Has a child, a delay and postponed events before it, all of which a crash leaves as they were. */
export const Lasting = machine(import.meta, lasting, { name: 'lasting', restart: { from: 'snapshot' } });
