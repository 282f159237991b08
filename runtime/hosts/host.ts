import type { ExitReason } from '../../core/exit-reason.ts';
import type { HostKind } from '../../core/spawn-options.ts';
import type { Order } from '../control.ts';
import type { StartedNumbers } from '../started-numbers.ts';

/** A host as the authority sees it, of whatever kind. */
export interface Host {
  readonly id: number;
  readonly kind: HostKind;
  /** Whether its kernel runs. */
  readonly isReady: boolean;
  /** Resolves when its kernel runs; rejects with a {@link StartFailedError}. */
  readonly ready: Promise<void>;
  /** Resolves when the thread or process is gone. */
  readonly ended: Promise<HostEnd>;
  order(order: Order): void;
  /** Ends it once it has said what it has to say. */
  stop(): void;
  /** Ends it now. */
  terminate(): void;
  /** Ends it now for what it did: nobody had asked for that. */
  fail(failure: Error): void;
}

/**
 * How a host ended: exactly one of `code`, 0 to 255, and `signal`, and the error if there was one; the error alone when it
 * could not even be launched.
 */
export interface HostEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error?: Error;
  /** What is proven about the messages of another host to it. */
  readonly started?: (sender: number) => StartedNumbers | undefined;
}

/** The end of a host that has left by itself. A thread may say any number; the system keeps a process's last byte. */
export function endWithCode(code: number, error?: Error): HostEnd {
  return withError({ code: code & 0xff, signal: null }, error);
}

export function endWithSignal(signal: string, error?: Error): HostEnd {
  return withError({ code: null, signal }, error);
}

/** What the machine was short of may be there the next time. */
const SHORTAGES: ReadonlySet<unknown> = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'ERR_WORKER_INIT_FAILED']);

/** The end of a host that there has never been. Another try of the same helps against shortages alone. */
export function neverLaunched(error: Error & { code?: unknown }): HostEnd {
  return { code: null, signal: null, error: SHORTAGES.has(error.code) ? error : Object.assign(error, { canHeal: false }) };
}

export function hostDown({ code, signal, error }: HostEnd): ExitReason {
  return withError({ kind: 'host_down', code, signal }, error);
}

function withError<E extends object>(end: E, error: Error | undefined): E & { readonly error?: Error } {
  return error === undefined ? end : { ...end, error };
}
