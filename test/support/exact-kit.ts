import { TestKit } from '../../testing/test-kit.ts';
import { expectExactAccounts } from './accounts.ts';

/** A kit whose accounts must add up when its system is stopped, before and after: a `TestSystem` on simulated hosts. */
export class ExactKit extends TestKit {
  override async [Symbol.asyncDispose](): Promise<void> {
    const { clock, system } = this;
    try {
      await clock.until(expectExactAccounts(system));
      await clock.until(system.stop());
      await clock.until(expectExactAccounts(system));
    } finally {
      await super[Symbol.asyncDispose]();
    }
  }
}
