import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ActorSystem, HostKind } from '../../index.ts';
import type { BreakingRef } from './actors/breaking.ts';
import { Breaking } from './actors/breaking.ts';
import { TestSystem } from './test-system.ts';
import { expectExactAccounts } from './accounts.ts';

/** One host for all tests of a `describe`: each starts actors of its own in it, which saves a thread or process. */
export class SharedHost {
  #system: ActorSystem | undefined;
  #first: BreakingRef | undefined;

  constructor(host: HostKind) {
    beforeAll(async () => {
      this.#system = new TestSystem();
      this.#first = await this.#system.spawn(Breaking, { host });
    });
    afterEach(() => expectExactAccounts(this.system));
    afterAll(() => this.system.stop());
  }

  get system(): ActorSystem {
    if (this.#system === undefined) throw new Error('no test is running');
    return this.#system;
  }

  /** Lives as long as its host does: all others are its children. */
  get first(): BreakingRef {
    if (this.#first === undefined) throw new Error('no test is running');
    return this.#first;
  }

  /** Another actor of this host. */
  async add(): Promise<BreakingRef> {
    return await this.first.ask.add() as BreakingRef;
  }
}
