import { fromCallback, setup, spawnChild } from 'xstate';
import { machine } from '../../../index.ts';

/** Has a child from its start on, and one more while it works. */
export const Busy = machine(import.meta, setup({
  types: { events: {} as { type: 'rest' } | { type: 'work' } },
  actors: { idle: fromCallback(() => undefined) },
}).createMachine({
  id: 'busy',
  initial: 'working',
  entry: spawnChild('idle', { id: 'spawned' }),
  states: {
    working: { invoke: { src: 'idle', id: 'invoked' }, on: { rest: 'resting' } },
    resting: { on: { work: 'working' } },
  },
}), { name: 'busy' });
