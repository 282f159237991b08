import type { Account, ActorSystem } from '../../index.ts';

/** Whether sent = handled + rejected + dead letters + queued. What is queued is counted where it waits. */
export function isExact({ sent, handled, rejected, deadLetters, queued }: Account): boolean {
  return sent === handled + rejected + deadLetters + queued;
}

/** What a program says last when its account adds up. */
export const EXACT = 'account: exact';

/** Has this program say at its end whether its account adds up: `Program` wants to hear that of each that isn't killed. */
export function tellAccountAtExit(system: ActorSystem): void {
  process.on('exit', () => console.log(isExact(system.account) ? EXACT : `account: ${JSON.stringify(system.account)}`));
}
