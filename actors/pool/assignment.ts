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
  /** Aborted when nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** What is known of it, if its worker is lost. */
  executed: Executed = 'no';
  /** How long it may go on once nobody waits for it. */
  graceMs: number;

  constructor(batch: Batch, later: Later<Yield>, signal: AbortSignal, graceMs: number) {
    this.batch = batch;
    this.later = later;
    this.signal = signal;
    this.graceMs = graceMs;
  }

  /** Its worker has ended like this. */
  lostWith(reason: ExitReason, note: string | undefined): void {
    this.later.reject(lossOf(this.batch.task.name, this.executed, reason, note));
  }
}
