import type { ActorContext } from '../../core/context.ts';
import type { Entries, EntriesOf } from './entries.ts';
import { contentHandlers } from './content-handlers.ts';

/** What an actor is asked that keeps values by their keys. */
export const entriesHandlers = {
  ...contentHandlers,
  patch({ state }: ActorContext<Entries>, entries: EntriesOf<unknown>): void {
    state.patch(entries);
  },
};
