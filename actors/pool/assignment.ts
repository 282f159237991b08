import type { Batch } from './batch.ts';
import type { Executed } from '../../core/errors.ts';
import type { ExitReason } from '../../core/exit-reason.ts';
import type { Later } from '../../core/context.ts';
import type { Yield } from './pool-handlers.ts';
import { lossOf } from './loss.ts';

/** A batch that somebody waits for. */
export class Assignment {
  readonly batch: Batch;
  readonly later: Later<Yield>;
  /** What is known of it, if its worker is lost. */
  executed: Executed = 'no';
  /** How long it may go on once nobody waits for it. */
  graceMs: number;
  /** Whether no worker has it. */
  isWaiting = false;
  /** Whether nobody waits for it any more. */
  isAbandoned = false;

  constructor(batch: Batch, later: Later<Yield>, graceMs: number) {
    this.batch = batch;
    this.later = later;
    this.graceMs = graceMs;
  }

  /** Its worker has ended like this. */
  lostWith(reason: ExitReason, note: string | undefined): void {
    this.later.reject(lossOf(this.batch.task.name, this.executed, reason, note));
  }
}
