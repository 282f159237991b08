import type { ActorDefinition, ActorRef } from '../../../index.ts';
import { actor } from '../../../index.ts';

interface ValueApi { value(): number }
type Startable = ActorDefinition<{ start: number }, { value(ctx: never): number }, 'anywhere'>;

/** Starts what it is sent. */
export const Starter = actor(import.meta, {
  name: 'starter',
  init: () => ({}),
  handlers: {
    async start(ctx, definition: Startable, start: number): Promise<ActorRef<ValueApi>> {
      return ctx.spawn(definition, { input: { start } });
    },
    same: (_ctx, definition: Startable): Startable => definition,
  },
});
