import type { PipeEnd, Queue } from '../../../index.ts';
import { actor, pipe, queue, start } from '../../../index.ts';
import { errands } from '../errands.ts';

/** What a consumer says before it acknowledges. */
export interface Entry {
  readonly by: string;
  readonly value: number;
}

/** Does one thing for ever, until its host dies in the middle of it: what it answers for is what others must see. */
export const Mortal = actor(import.meta, {
  name: 'mortal',
  init: () => ({}),
  handlers: {
    /** Its host dies after a while, whatever it does then: a process by SIGKILL, a thread by its exit. */
    dieIn(ctx, ms: number): void {
      setTimeout(() => {
        if (ctx.host.kind === 'process') process.kill(process.pid, 'SIGKILL');
        else process.exit(1);
      }, ms);
    },
    /** Takes, writes down, acknowledges. */
    async consume(ctx, items: Queue<number>, log: Queue<Entry>): Promise<void> {
      for (;;) {
        const item = await items.take();
        await log.put({ by: ctx.name, value: item.value });
        item.acknowledge();
      }
    },
    /** Puts 1, 2, 3, ..., and yields each that the queue has taken. */
    async *produce(_ctx, items: Queue<number>): AsyncGenerator<number> {
      for (let value = 1; ; value++) {
        await items.put(value);
        yield value;
      }
    },
    async write(_ctx, end: PipeEnd<number, number>): Promise<void> {
      for (let value = 1; ; value++) await end.send(value);
    },
    async *read(_ctx, end: PipeEnd<number, number>): AsyncGenerator<number> {
      for await (const value of end) yield value;
    },
    makePipe: async (): Promise<[PipeEnd<number, number>, PipeEnd<number, number>]> => pipe<number>({ capacity: 16 }),
    makeQueue: async (): Promise<Queue<number>> => queue<number>({ capacity: 4 }),
    /** Starts a job that never ends by itself, and gives its process. */
    async hire(): Promise<number | undefined> {
      const job = start(errands.addUp, { host: 'process' });
      await job.send(1);
      return job.pid;
    },
  },
});
