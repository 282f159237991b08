import type { Account } from '../../index.ts';

/** Whether sent = handled + rejected + dead letters + queued. What is queued is counted where it waits. */
export function isExact({ sent, handled, rejected, deadLetters, queued }: Account): boolean {
  return sent === handled + rejected + deadLetters + queued;
}
