import type { Attachments } from './wire/parcel.ts';
import type { Clock, Random, Turns } from '../core/clock.ts';
import type { Current } from '../core/current.ts';
import type { HostInfo } from '../core/host-info.ts';
import type { LogThreshold } from '../core/log.ts';
import type { Kernel } from './kernel.ts';
import type { KernelObserver } from './kernel-observer.ts';
import type { Request } from './control.ts';
import type { Schedule } from './scheduler.ts';
import type { StartedTable } from './started-numbers.ts';

/** What a kernel needs of the host that it runs in. */
export interface KernelPorts {
  /** What it is. */
  readonly host: HostInfo;
  readonly clock: Clock;
  readonly random: Random;
  readonly turns: Turns;
  readonly current: Current;
  /** Whether it is known of every handler what it waits for; that costs each message more. Default false. */
  readonly followsAll?: boolean;
  readonly observer?: KernelObserver;
  /** The level of the system when the host began. Default `'info'`. */
  readonly logLevel?: LogThreshold;
  /** Default: `Scheduler`. */
  readonly makeScheduler?: (kernel: Kernel) => Schedule;
  /** Whether slots of other hosts are never forgotten: when that happens would be up to the garbage collector. */
  readonly keepsSlots?: boolean;
  /** Sends a frame towards another host, with what is attached to it. */
  transmit(peer: number, frame: Buffer, attachments: Attachments | undefined): void;
  /** Whether the way to `peer` takes more without growing. */
  hasRoomTo(peer: number): boolean;
  toAuthority(request: Request): void;
  /** Takes what the other side of a link says beside messages: requests on main, orders elsewhere. */
  control(from: number, message: unknown): void;
  /** Imports a module, so that its definitions are made. */
  load(url: string): Promise<unknown>;
  /** Whether the code that runs now is a module being imported for a host. */
  isLoading(): boolean;
  /** Where it is noted what has begun, if that is to outlive this host. */
  readonly started?: StartedTable;
  /** What must not be cut off began or ended. */
  keepAlive(isHeld: boolean): void;
}
