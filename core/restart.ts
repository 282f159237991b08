import type { ExitReason } from './exit-reason.ts';
import { isAbnormal } from './exit-reason.ts';

/** Whether a child that ended is started again: always, after a failure, never. */
export type Restart = 'permanent' | 'transient' | 'temporary';

/** What the runtime knows of a child's options: how its supervisor treats its ends. */
export interface Supervision {
  readonly restart: Restart;
  /** How long it may take to stop; 0 kills at once. */
  readonly shutdownMs: number;
}

/** Whether a child that ended for `reason` is started again. */
export function shouldRestart(restart: Restart, reason: ExitReason): boolean {
  switch (restart) {
    case 'permanent': return true;
    case 'transient': return isAbnormal(reason);
    case 'temporary': return false;
  }
}
