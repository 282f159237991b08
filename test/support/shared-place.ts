import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ActorSystem, HostKind, HostSet } from '../../index.ts';
import { TestSystem } from './test-system.ts';
import { expectExactAccounts } from './accounts.ts';

/** A place on one real thread or process, or on this thread, for the actors of all tests of a `describe`. */
export class SharedPlace {
  #system: ActorSystem | undefined;
  #host: HostSet | 'local' = 'local';

  constructor(kind: HostKind) {
    beforeAll(async () => {
      this.#system = new TestSystem();
      if (kind !== 'local') this.#host = await this.#system.hosts({ kind, size: 1 });
    });
    afterEach(() => expectExactAccounts(this.system));
    afterAll(() => this.system.stop());
  }

  get system(): ActorSystem {
    if (this.#system === undefined) throw new Error('no test is running');
    return this.#system;
  }

  get host(): HostSet | 'local' { return this.#host; }
}
