import type { Executed } from '../../core/errors.ts';
import type { ExitReason } from '../../core/exit-reason.ts';
import { ActorCrashedError, HostDownError } from '../../core/errors.ts';
import { describeExit } from '../../core/exit-reason.ts';

const CODES: ReadonlySet<unknown> = new Set(['TROUPE_HOST_DOWN', 'TROUPE_ACTOR_STOPPED', 'TROUPE_ACTOR_CRASHED', 'TROUPE_UNAVAILABLE']);

/** Whether `error` says that the actor that was asked is gone. */
export function isLoss(error: unknown): boolean {
  return CODES.has((error as { code?: unknown }).code);
}

/** What becomes of a task whose worker has ended like this. */
export function lossOf(task: string, executed: Executed, reason: ExitReason, note: string | undefined): Error {
  if (reason.kind === 'error') return new ActorCrashedError(task, 'run', executed, reason.error);
  const cause = reason.kind === 'host_down' ? reason.error : undefined;
  return new HostDownError(task, 'run', executed, note ?? describeExit(reason), { cause });
}
