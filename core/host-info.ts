import type { HostKind } from './spawn-options.ts';

/** Where an actor lives, as the operating system knows it. */
export interface HostInfo {
  /** `'local'`: the main program. */
  readonly kind: HostKind;
  /** Threads have that of the program. */
  readonly pid: number;
  /** Node's number of the thread; 0 is the main one of its process. */
  readonly threadId: number;
}
