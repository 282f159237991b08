import { assign, fromCallback, fromPromise, setup } from 'xstate';
import type { NotesRef } from './notes.ts';
import type { RefOf } from '../../../index.ts';
import { actor, machine } from '../../../index.ts';

/** Has the goods now and then. */
export const Store = actor(import.meta, {
  name: 'store',
  init: () => ({ asked: 0 }),
  handlers: {
    async take(ctx, item: string): Promise<string> {
      ctx.state.asked++;
      await ctx.sleep(ctx.random() * 10);
      if (ctx.random() < 0.3) throw ctx.refuse('sold_out', 'not now');
      return `${item} ${ctx.state.asked}`;
    },
  },
});

interface Input { readonly label: string; readonly store: RefOf<typeof Store>; readonly notes: NotesRef }

const radio = fromCallback<{ type: 'quiet' }, { readonly label: string }>(({ sendBack, input }) => {
  for (let i = 0; i < 3; i++) sendBack({ type: 'heard', what: `${input.label}${i}` });
});

/** Asks a store until it gets its goods, listens to two radios meanwhile, and brings the goods after a while. */
const courier = setup({
  types: { context: {} as Input & { readonly heard: string; readonly tries: number }, input: {} as Input, events: {} as { type: 'heard'; what: string } | { type: 'hurry' } },
  actors: { radio, take: fromPromise<string, Input>(({ input: { store, label } }) => store.with({ timeout: '8ms' }).ask.take(label)) },
}).createMachine({
  context: ({ input }) => ({ ...input, heard: '', tries: 0 }),
  initial: 'fetching',
  on: { heard: { actions: assign({ heard: ({ context, event }) => `${context.heard} ${event.what}` }) } },
  invoke: [{ src: 'radio', id: 'one', input: { label: 'a' } }, { src: 'radio', id: 'other', input: { label: 'b' } }],
  states: {
    fetching: {
      entry: assign({ tries: ({ context }) => context.tries + 1 }),
      invoke: { src: 'take', id: 'take', input: ({ context }) => context, onDone: 'riding', onError: 'waiting' },
    },
    waiting: { after: { 20: 'fetching' }, on: { hurry: 'fetching' } },
    riding: { after: { 30: 'there' }, on: { hurry: 'there' } },
    there: { entry: ({ context: { notes, label, heard } }) => { notes.tell.note(`${label}${heard}`); }, after: { 10: 'fetching' } },
  },
});

export const Courier = machine(import.meta, courier, { name: 'courier' });
/** Goes on after a crash where it was. */
export const LastingCourier = machine(import.meta, courier, { name: 'lasting-courier', restart: { from: 'snapshot' } });
