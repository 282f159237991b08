import type { ExitReason } from '../../core/exit-reason.ts';
import type { HostKind } from '../../core/spawn-options.ts';
import type { Order } from '../control.ts';
import type { StartedNumbers } from '../started-numbers.ts';

/** A host as the authority sees it, of whatever kind. */
export interface Host {
  readonly id: number;
  readonly kind: HostKind;
  /** Resolves when its kernel runs; rejects with a {@link StartFailedError}. */
  readonly ready: Promise<void>;
  /** Resolves when the thread or process is gone. */
  readonly ended: Promise<HostEnd>;
  order(order: Order): void;
  /** Ends it once it has said what it has to say. */
  stop(): void;
  /** Ends it now. */
  terminate(): void;
}

/** How a host ended: exactly one of `code` and `signal`, and the error if there was one. */
export interface HostEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error?: Error;
  /** What is proven about the messages of another host to it. */
  readonly started?: (sender: number) => StartedNumbers | undefined;
}

export function hostDown({ code, signal, error }: HostEnd): ExitReason {
  return error === undefined ? { kind: 'host_down', code, signal } : { kind: 'host_down', code, signal, error };
}
