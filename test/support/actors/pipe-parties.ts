import type { PipeEnd } from '../../../index.ts';
import { actor, pipe } from '../../../index.ts';

/** Makes pipes: they end with it. */
export const PipeMaker = actor(import.meta, {
  name: 'pipe-maker',
  init: () => ({}),
  handlers: {
    make: async (_ctx, capacity: number): Promise<[PipeEnd<number, number>, PipeEnd<number, number>]> => pipe<number>({ capacity }),
  },
});

/** What became of a party: how far it came, and what it failed with. */
export interface Course {
  readonly values: readonly number[];
  readonly failure: string | undefined;
}

/** Sends or receives until that is over. */
export const PipeParty = actor(import.meta, {
  name: 'pipe-party',
  init: () => ({}),
  handlers: {
    send: async (_ctx, end: PipeEnd<number, number>, count: number): Promise<Course> => {
      const values: number[] = [];
      try {
        for (let n = 0; n < count; n++) {
          await end.send(n);
          values.push(n);
        }
        await end.close();
      } catch (error) {
        return { values, failure: (error as { code: string }).code };
      }
      return { values, failure: undefined };
    },
    receive: async (_ctx, end: PipeEnd<number, number>): Promise<Course> => {
      const values: number[] = [];
      try {
        for await (const value of end) values.push(value);
        await end.close();
      } catch (error) {
        return { values, failure: (error as { code: string }).code };
      }
      return { values, failure: undefined };
    },
  },
});
