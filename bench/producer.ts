import type { PipeEnd, Queue } from '../index.ts';
import { actor } from '../index.ts';

/** Puts numbers where it is told to. */
export const Producer = actor(import.meta, {
  name: 'producer',
  init: () => undefined,
  handlers: {
    async putAll(_ctx, queue: Queue<number>, count: number) {
      await queue.putAll(numbers(count));
    },
    async put(_ctx, queue: Queue<number>, count: number) {
      for (let i = 0; i < count; i++) await queue.put(i);
    },
    async send(_ctx, end: PipeEnd<number, number>, count: number) {
      for (let i = 0; i < count; i++) await end.send(i);
    },
  },
});

function* numbers(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield i;
}
