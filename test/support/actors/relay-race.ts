import { assign, fromCallback, fromPromise, setup } from 'xstate';
import { machine } from '../../../index.ts';

/** Which children have begun and ended, in this process. */
export const lives: string[] = [];

const runner = fromCallback<{ type: 'fail' }, { readonly lap: number }>(({ receive, input: { lap } }) => {
  lives.push(`+${lap}`);
  receive(() => { throw new Error(`lap ${lap} failed`); });
  return () => { lives.push(`-${lap}`); };
});

const race = setup({
  types: { context: {} as { readonly lap: number; readonly errors: readonly string[]; readonly done: readonly number[] } },
  actors: { runner, timer: fromPromise<number, { readonly lap: number }>(async ({ input: { lap } }) => Promise.resolve(lap)) },
}).createMachine({
  context: { lap: 0, errors: [], done: [] },
  initial: 'running',
  states: {
    running: {
      entry: assign({ lap: ({ context }) => context.lap + 1 }),
      invoke: [
        { src: 'runner', id: 'runner', input: ({ context: { lap } }) => ({ lap }) },
        {
          src: 'timer', id: 'timer', input: ({ context: { lap } }) => ({ lap }),
          onDone: { actions: assign({ done: ({ context, event }) => [...context.done, event.output] }) },
        },
      ],
      on: {
        fail: { actions: ({ self }) => { (self.getSnapshot().children['runner'])?.send({ type: 'fail' }); } },
        again: { target: 'running', reenter: true },
        rest: 'resting',
      },
    },
    resting: { on: { again: 'running' } },
  },
});

/** Each lap has a runner and a timer of the same ids. */
export const Race = machine(import.meta, race, { name: 'race' });
