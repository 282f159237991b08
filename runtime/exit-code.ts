import { constants } from 'node:os';
import type { ExitReason } from '../core/exit-reason.ts';

/**
 * A reason as one number, as Python's `Process.exitcode` has it, for threads and processes alike: 0 for a normal end or a
 * supervisor's shutdown; 1 for an error, also outside of a handler, and for a supervisor that gave up; 0 to 255 for
 * `process.exit(n)`; `-n` for a process that died by signal n, -15 for SIGTERM; -9 for whatever was killed, as every thread that
 * is terminated.
 *
 * Only `normal` and `shutdown` are ends that were wanted: a host that ends by itself with 0 has failed.
 *
 * @example
 * const doomed = await spawn(Counter, { input: { start: 0 }, host: 'process' });
 * doomed.kill();
 * const code = exitCode(await doomed.closed); // -9
 */
export function exitCode(reason: ExitReason): number {
  switch (reason.kind) {
    case 'normal':
    case 'shutdown': return 0;
    case 'error':
    case 'intensity': return 1;
    case 'killed':
    case 'stalled': return -constants.signals.SIGKILL;
    case 'host_down':
      return reason.signal === null ? reason.code ?? 1 : -(constants.signals[reason.signal as NodeJS.Signals] ?? constants.signals.SIGKILL);
  }
}
