import type { EndSignal } from './host-transport.ts';
import type { HostEnd } from './host.ts';
import { HostExitError } from '../../core/errors.ts';
import { endWithCode, endWithSignal, neverLaunched } from './host.ts';

/** What V8 says before it aborts. */
const OUT_OF_MEMORY = /heap out of memory|Allocation failed|invalid table size/i;

/**
 * How a process ended, from what Node says of it.
 *
 * @param terminatedBy How we have ended it, if we have: it is SIGKILL in any case.
 * @param stderr The end of its standard error.
 * @param failure Why it could not be started.
 */
export function processEnd(
  code: number | null, signal: string | null, terminatedBy: EndSignal | undefined, stderr: string, failure: Error | undefined,
): HostEnd {
  if (code === null && signal === null && failure !== undefined) return neverLaunched(failure);
  const error = failure ?? (stderr === '' ? undefined : lastWords(signal, stderr));
  if (signal !== null) return endWithSignal(signal === 'SIGKILL' ? terminatedBy ?? signal : signal, error);
  return endWithCode(code ?? 1, error);
}

function lastWords(signal: string | null, stderr: string): HostExitError {
  if (signal === 'SIGABRT' && OUT_OF_MEMORY.test(stderr)) {
    return new HostExitError('TROUPE_OUT_OF_MEMORY', 'Cannot go on: the process is out of memory', stderr);
  }
  // Node ends what it says of an uncaught error with its own version.
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !NODE_VERSION.test(line));
  const line = lines.findLast((each) => ERROR_LINE.test(each)) ?? lines.at(-1) ?? '';
  return new HostExitError('TROUPE_HOST_DOWN', `its standard error ended with "${line.trimEnd().slice(0, MAX_LINE)}"`, stderr);
}

const NODE_VERSION = /^Node\.js v/;
/** Not a line of a stack. */
const ERROR_LINE = /^(?! +at ).*Error/;
const MAX_LINE = 200;
