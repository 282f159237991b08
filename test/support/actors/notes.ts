import type { ActorRef, RefOf } from '../../../index.ts';
import { actor } from '../../../index.ts';

/** Who takes notes. */
export type Notebook = ActorRef<{ note(text: string): void }>;
export type NotesRef = RefOf<typeof Notes>;

interface Waiter {
  readonly text: string;
  readonly found: () => void;
}

/** Keeps what others tell it, for those who wait for it. */
export const Notes = actor(import.meta, {
  name: 'notes',
  init: () => ({ texts: [] as string[], waiters: [] as Waiter[] }),
  handlers: {
    note({ state }, text: string) {
      state.texts.push(text);
      for (const waiter of state.waiters) if (waiter.text === text) waiter.found();
    },
    all: ({ state }): readonly string[] => [...state.texts],
    has(ctx, text: string): Promise<void> {
      const { state } = ctx;
      const later = ctx.later<void>();
      if (state.texts.includes(text)) later.resolve();
      else state.waiters.push({ text, found: () => later.resolve() });
      return later.promise;
    },
  },
});
