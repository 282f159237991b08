import { afterEach, beforeEach } from 'vitest';
import type { HostKind, Spawn } from '../../index.ts';
import { createSystem } from '../../index.ts';
import { testKit } from '../../testing/index.ts';

/** How messages to the actor pass: as they are, or as copies, within a thread or between hosts. */
export const PASSINGS = ['by reference', 'copied', 'to another host'] as const;

/** Where the shared state of a test lives. */
export class StatePlace {
  #end: () => PromiseLike<void> = async () => {};
  /** To be given to what makes state. */
  options: { readonly system: { readonly spawn: Spawn }; readonly host: HostKind } = { system: createSystem(), host: 'local' };
  /** What a promise settles with. */
  until: <T>(promise: PromiseLike<T>) => Promise<T> = async (promise) => promise;

  constructor(passing: typeof PASSINGS[number]) {
    beforeEach(async () => {
      if (passing === 'by reference') {
        const system = createSystem();
        this.options = { system, host: 'local' };
        this.#end = () => system.stop();
      } else {
        const kit = await testKit();
        this.options = { system: kit.system, host: passing === 'copied' ? 'local' : 'thread' };
        this.until = (promise) => kit.clock.until(promise);
        this.#end = () => kit[Symbol.asyncDispose]();
      }
    });
    afterEach(() => this.#end());
  }

  /** The code of what a promise rejects with; undefined if it doesn't. */
  async codeOf(promise: Promise<unknown>): Promise<unknown> {
    return this.until(promise.then(() => undefined, ({ code }: { code: unknown }) => code));
  }
}
