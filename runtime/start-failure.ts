import type { ExitReason } from '../core/exit-reason.ts';
import type { SlotRecord } from './slot-record.ts';
import { ActorError, StartFailedError, whyNotStarted } from '../core/errors.ts';
import { describeExit } from '../core/exit-reason.ts';

/** An incarnation that is starting has failed to: whoever has asked for it is told why. */
export function failStart(record: SlotRecord, reason: ExitReason): void {
  if (record.state.kind !== 'starting') return;
  record.state.failed(startFailure(record, reason.kind === 'error' ? reason.error : describeExit(reason)));
}

/** Why a start failed, as its caller sees it. */
export function startFailure(record: SlotRecord, cause: Error | string): Error {
  if (typeof cause === 'string') return new StartFailedError(record.path, `it was ended before it was ready (${cause})`);
  if (cause instanceof ActorError && cause.code.startsWith('TROUPE_START')) return cause;
  if (cause instanceof ActorError && cause.code === 'TROUPE_DEFINITION_MISMATCH') return cause;
  return new StartFailedError(record.path, `init threw ${cause.name}: ${cause.message}`, { cause });
}

/** Its host has ended for `reason` before it was up. */
export function lostWhileStarting({ path }: SlotRecord, lostHost: number, reason: ExitReason): StartFailedError {
  const cause = reason.kind === 'host_down' ? reason.error : undefined;
  const wasLaunched = reason.kind !== 'host_down' || reason.code !== null || reason.signal !== null;
  if (!wasLaunched && cause instanceof StartFailedError) {
    return new StartFailedError(path, whyNotStarted(cause), { cause, lostHost, canHeal: cause.canHeal });
  }
  return new StartFailedError(path, `its host ended: ${describeExit(reason)}`, { lostHost, ...cause === undefined ? {} : { cause } });
}

/** What its set has refused, said of the actor. */
export function refusedBySet({ path }: SlotRecord, error: Error): StartFailedError {
  return new StartFailedError(path, error.message.replace(/^Cannot start /, 'on '), { cause: error, canHeal: false });
}
