import { assign, emit, fromCallback, fromEventObservable, fromObservable, fromPromise, fromTransition, setup } from 'xstate';
import type { AnyActorLogic, Observer, Subscribable } from 'xstate';
import type { MachineDefinition } from '../../../index.ts';
import type { Notebook } from './notes.ts';
import { machine } from '../../../index.ts';

/** Tells its notebook what happens to it, and does what its events say. */
export interface Input {
  readonly label: string;
  readonly notes: Notebook;
}

type PlayerEvent = { type: 'play' } | { type: 'faster' } | { type: 'pause' } | { type: 'stop' } | { type: 'throw' };

const player = setup({
  types: {
    context: {} as Input & { readonly taken: number },
    input: {} as Input,
    events: {} as PlayerEvent,
    emitted: {} as { type: 'speed'; speed: string },
    output: {} as { readonly label: string; readonly taken: number },
    tags: {} as 'audible' | 'idle',
  },
  actions: {
    count: assign({ taken: ({ context }) => context.taken + 1 }),
    fail: () => { throw new Error('as told'); },
    leave: ({ context }) => { context.notes.tell.note(`${context.label} left`); },
    hurry: emit({ type: 'speed', speed: 'fast' }),
  },
}).createMachine({
  id: 'player',
  context: ({ input }) => ({ ...input, taken: 0 }),
  initial: 'paused',
  on: { stop: '.ended', throw: { actions: 'fail' } },
  states: {
    paused: { tags: 'idle', on: { play: { target: 'playing', actions: 'count' } } },
    playing: {
      tags: 'audible', exit: 'leave', initial: 'slow', on: { pause: 'paused' },
      states: { slow: { on: { faster: { target: 'fast', actions: ['count', 'hurry'] } } }, fast: {} },
    },
    ended: { type: 'final' },
  },
  output: ({ context: { label, taken } }) => ({ label, taken }),
});

/** Sums up what it is told, up to a limit. */
const summing = fromTransition(
  (state: { readonly sum: number }, event: { type: 'add'; by: number } | { type: 'throw' }) => {
    if (event.type === 'throw') throw new Error('as told');
    return { sum: state.sum + event.by };
  },
  ({ input }: { input: { readonly from: number } }) => ({ sum: input.from }),
);

/** Resolves or rejects once its notebook is asked for what; else it waits for its end. */
const promising = fromPromise<string, Input & { readonly ends: 'resolved' | 'rejected' | 'never' }>(async ({ input, signal }) => {
  signal.addEventListener('abort', () => input.notes.tell.note(`${input.label} aborted`));
  if (input.ends === 'never') await new Promise(() => undefined);
  if (input.ends === 'rejected') throw new Error('as told');
  return `${input.label} resolved`;
});

type ListenerEvent = { type: 'say'; text: string } | { type: 'throw' };

const listening = fromCallback<ListenerEvent, Input, { type: 'said'; text: string }>(({ input, receive, emit: tell }) => {
  receive((event) => {
    if (event.type === 'throw') throw new Error('as told');
    tell({ type: 'said', text: event.text });
    input.notes.tell.note(`${input.label} heard ${event.text}`);
  });
  return () => input.notes.tell.note(`${input.label} cleaned up`);
});

interface Counting extends Input { readonly to: number; readonly ends: 'complete' | 'error' | 'never' }

function counting<T>({ label, notes, to, ends }: Counting, item: (n: number) => T): Subscribable<T> {
  return {
    subscribe(observer: Observer<T>) {
      const run = async (): Promise<void> => {
        for (let n = 1; n <= to; n++) {
          await Promise.resolve();
          observer.next?.(item(n));
        }
        if (ends === 'complete') observer.complete?.();
        if (ends === 'error') observer.error?.(new Error('as told'));
      };
      void run();
      return { unsubscribe: () => notes.tell.note(`${label} unsubscribed`) };
    },
  } as Subscribable<T>;
}

const observing = fromObservable<number, Counting>(({ input }) => counting(input, (n) => n));
const eventObserving = fromEventObservable<{ type: 'n'; n: number }, Counting>(({ input }) => counting(input, (n) => ({ type: 'n', n })));

export const Player = machine(import.meta, player, { name: 'player' });
export const StayingPlayer = machine(import.meta, player, { name: 'staying-player', whenDone: 'stay' });
export const StrictPlayer = machine(import.meta, player, { name: 'strict-player', strict: true });
export const Summing = machine(import.meta, summing, { name: 'summing' });
export const Promising = machine(import.meta, promising, { name: 'promising' });
export const StayingPromise = machine(import.meta, promising, { name: 'staying-promise', whenDone: 'stay' });
export const Listening = machine(import.meta, listening, { name: 'listening' });
export const Observing = machine(import.meta, observing, { name: 'observing' });
export const StayingObserver = machine(import.meta, observing, { name: 'staying-observer', whenDone: 'stay' });
export const EventObserving = machine(import.meta, eventObserving, { name: 'event-observing' });

/** For what any of them can do. */
export type AnyMachine = MachineDefinition<AnyActorLogic>;
