import type { ActorDefinition } from '../../core/actor.ts';
import type { Later } from '../../core/context.ts';
import { actor } from '../../core/actor.ts';
import { ownMeta } from '../../core/own-meta.ts';

interface EventState {
  isSet: boolean;
  readonly waiting: Set<Later<true>>;
}

/** Whether something has happened, and those who wait for it. */
export const EventActor = actor(ownMeta(import.meta), {
  name: 'troupe.event',
  title: 'event',
  init: (): EventState => ({ isSet: false, waiting: new Set() }),
  handlers: {
    set({ state }): void {
      state.isSet = true;
      for (const later of state.waiting) later.resolve(true);
      state.waiting.clear();
    },
    clear({ state }): void { state.isSet = false; },
    isSet: ({ state }): boolean => state.isSet,
    wait(ctx): Promise<true> | true {
      const { state } = ctx;
      if (state.isSet) return true;
      const later = ctx.later<true>(() => { state.waiting.delete(later); });
      state.waiting.add(later);
      return later.promise;
    },
  },
});

/** What an event is asked, for those who have it. */
export type EventHandlers = typeof EventActor extends ActorDefinition<infer _I, infer H, infer _W> ? H : never;
