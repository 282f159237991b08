import type { Cancel, Clock } from './clock.ts';
import type { WaitOptions } from './actor-ref.ts';
import { checkFields, checkSignal } from './options.ts';
import { toPositiveMs } from './duration.ts';

/** How long to wait, and for what. `Infinity` is without end. */
export interface Wait {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

const WAIT_OPTIONS: ReadonlySet<string> = new Set(['timeout', 'signal']);

/** @throws {TypeError | RangeError} An option isn't what it should be. */
export function checkWait(options: WaitOptions, what: string, defaultMs: number): Wait {
  const { timeout, signal } = checkFields(options, what, WAIT_OPTIONS) as WaitOptions;
  return { timeoutMs: timeout === undefined ? defaultMs : toPositiveMs(timeout, 'timeout'), signal: checkSignal(signal) };
}

/**
 * `work`, unless its time is up first: it rejects with `late()` then, or with the reason of an aborted signal. The work
 * itself goes on.
 */
export async function within<T>(work: Promise<T>, clock: Clock, { timeoutMs, signal }: Wait, late: () => Error): Promise<T> {
  const cleanUp: Cancel[] = [];
  const limit = new Promise<never>((_resolve, reject) => {
    const aborted = (): void => reject(signal?.reason as Error);
    if (signal?.aborted === true) aborted();
    signal?.addEventListener('abort', aborted);
    cleanUp.push(() => signal?.removeEventListener('abort', aborted));
    if (timeoutMs !== Infinity) cleanUp.push(clock.after(timeoutMs, () => reject(late())));
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    for (const each of cleanUp) each();
  }
}
