import { threadId } from 'node:worker_threads';
import type { HostInfo } from '../../core/host-info.ts';
import type { HostKind } from '../../core/spawn-options.ts';
import type { Kernel } from '../kernel.ts';

/** What this thread or process is, when Troupe started it: said by boot.mjs, never guessed from Node's state. */
export interface ThisHost {
  readonly kernel: Kernel;
  readonly kind: HostKind;
}

const THIS_HOST = Symbol.for('troupe.host');

export function markAsHost(host: ThisHost): void {
  (globalThis as { [THIS_HOST]?: ThisHost })[THIS_HOST] = host;
}

/** Undefined in the main program. */
export function thisHost(): ThisHost | undefined {
  return (globalThis as { [THIS_HOST]?: ThisHost })[THIS_HOST];
}

/** Node's number of this thread; 0 is the main one of its process. */
export const THREAD = threadId;

/** What Node says of the thread that this code runs in. */
export function hostInfo(kind: HostKind): HostInfo {
  return { kind, pid: process.pid, threadId };
}
