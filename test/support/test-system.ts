import type { SystemOptions } from '../../index.ts';
import type { SystemPorts } from '../../runtime/actor-system.ts';
import { ActorSystem } from '../../runtime/actor-system.ts';
import { expectExactAccounts } from './accounts.ts';

/** A system whose accounts must add up when it is stopped, before and after: what every test of faults runs in. It says nothing by itself. */
export class TestSystem extends ActorSystem {
  constructor(options: SystemOptions = {}, ports: SystemPorts = {}) {
    super({ log: false, ...options }, ports);
  }

  override async stop(): Promise<void> {
    await expectExactAccounts(this);
    await super.stop();
    await expectExactAccounts(this);
  }
}
