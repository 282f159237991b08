import type { Queue } from '../../../index.ts';
import { actor, queue } from '../../../index.ts';

/** Makes queues, which end with it. */
export const QueueMaker = actor(import.meta, {
  name: 'queue-maker',
  init: () => null,
  handlers: {
    make: async (_ctx, capacity: number): Promise<Queue<number>> => queue<number>({ capacity }),
  },
});
