/** Why an incarnation ended; each has exactly one. */
export type ExitReason =
  | { readonly kind: 'normal' | 'shutdown' | 'killed' }
  | { readonly kind: 'error'; readonly error: Error }
  /** Nothing ends like this yet: it is there for a watchdog to come. */
  | { readonly kind: 'stalled'; readonly at?: string; readonly stack?: string }
  /** Its thread or process has ended: exactly one of `code`, 0 to 255, and `signal`, alike on both. */
  | {
    readonly kind: 'host_down';
    readonly code: number | null;
    readonly signal: string | null;
    readonly error?: Error;
  }
  | { readonly kind: 'intensity'; readonly child: string; readonly restarts: number; readonly withinMs: number };

/** Whether an actor that ended like this has failed: anything but a normal end or a supervisor's shutdown. */
export function isAbnormal(reason: ExitReason): boolean {
  return reason.kind !== 'normal' && reason.kind !== 'shutdown';
}

/** The reason in a few words, for logs and error texts. */
export function describeExit(reason: ExitReason): string {
  switch (reason.kind) {
    case 'normal':
    case 'shutdown':
    case 'killed': return reason.kind;
    case 'error': return `${reason.error.name}: ${reason.error.message}`;
    case 'stalled': return reason.at === undefined ? 'stalled' : `stalled at ${reason.at}`;
    case 'host_down': {
      const how = reason.signal ?? codeText(reason.code);
      if (reason.error === undefined) return how;
      const error = `${reason.error.name}: ${reason.error.message}`;
      // Neither: it was never launched.
      return reason.code === null && reason.signal === null ? error : `${how}, ${error}`;
    }
    case 'intensity':
      return `gave up on "${reason.child}" after ${reason.restarts} restarts within ${reason.withinMs} ms`;
  }
}

/** What Node exits with when nothing is left to do, and a module still waits at its top level. */
const UNSETTLED_AWAIT = 13;

function codeText(code: number | null): string {
  return code === UNSETTLED_AWAIT ? 'exit code 13, as of a top-level await that never settles' : `exit code ${code}`;
}
