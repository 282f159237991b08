import { machine, postpone } from '../../../index.ts';
import { setup } from 'xstate';

/** Ends when it is told to. What comes too early is postponed. */
export const Ending = machine(import.meta, setup({
  types: { events: {} as { type: 'end' } | { type: 'go' } | { type: 'later' } },
  actions: { postpone },
}).createMachine({
  id: 'ending',
  initial: 'before',
  on: { end: '.over' },
  states: {
    before: { on: { later: { actions: 'postpone' }, go: 'between' } },
    between: { on: { later: 'behind' } },
    behind: {},
    over: { type: 'final' },
  },
}), { name: 'ending' });
