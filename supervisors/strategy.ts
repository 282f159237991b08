import type { ExitReason } from '../core/exit-reason.ts';
import { isAbnormal } from '../core/exit-reason.ts';

/** Whether a child that ended is started again: always, after a failure, never. */
export type Restart = 'permanent' | 'transient' | 'temporary';

/** Whom a child's failure affects. */
export type Strategy = 'one_for_one';

/** Whether a child that ended for `reason` is started again. */
export function shouldRestart(restart: Restart, reason: ExitReason): boolean {
  switch (restart) {
    case 'permanent': return true;
    case 'transient': return isAbnormal(reason);
    case 'temporary': return false;
  }
}
