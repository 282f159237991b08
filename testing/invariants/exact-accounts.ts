import type { Account } from '../../runtime/account.ts';
import type { Broken } from './invariants.ts';

/** What a host has sent is handled, rejected, a dead letter or queued: sent is their sum. */
export class ExactAccounts {
  readonly #broken: Broken;

  constructor(broken: Broken) {
    this.#broken = broken;
  }

  atRest(host: number, account: Account): void {
    const { sent, handled, rejected, deadLetters, queued } = account;
    if (sent === handled + rejected + deadLetters + queued) return;
    const sum = `${sent} sent, but ${handled} handled, ${rejected} rejected, ${deadLetters} dead letters and ${queued} queued`;
    this.#broken('exact accounts', `host ${host}`, sum);
  }
}
