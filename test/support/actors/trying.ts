import { actor, machine, type RefOf } from '../../../index.ts';
import { assign, fromPromise, setup } from 'xstate';

/** Refuses what it is asked for the first times. */
export const Grumpy = actor(import.meta, {
  name: 'grumpy',
  init: (input: { refusals: number }) => ({ refusals: input.refusals }),
  handlers: {
    please(ctx): string {
      if (ctx.state.refusals-- > 0) throw ctx.refuse('no', 'not now');
      return 'well then';
    },
  },
});

/** Fails when it is refused something, and begins again with what it knew. */
export const Trying = machine(import.meta, setup({
  types: {
    input: {} as { grumpy: RefOf<typeof Grumpy> },
    context: {} as { grumpy: RefOf<typeof Grumpy>; steps: number },
    events: {} as { type: 'step' } | { type: 'try' },
  },
  actors: { please: fromPromise(({ input }: { input: RefOf<typeof Grumpy> }) => input.ask.please()) },
}).createMachine({
  id: 'trying',
  context: ({ input }) => ({ ...input, steps: 0 }),
  initial: 'idle',
  states: {
    idle: { on: { step: { actions: assign({ steps: ({ context }) => context.steps + 1 }) }, try: 'trying' } },
    trying: { invoke: { src: 'please', input: ({ context }) => context.grumpy, onDone: 'done' } },
    done: {},
  },
}), { name: 'trying', restart: { from: 'snapshot' } });
