import type { ActorRef } from '../core/actor-ref.ts';
import type { Clock } from '../core/clock.ts';
import type { Deadlines } from '../core/deadlines.ts';
import type { HostSettings } from '../core/host-options.ts';
import type { Events } from './events.ts';
import type { Host } from './hosts/host.ts';
import type { SharedHosts } from './hosts/shared-hosts.ts';
import type { SlotIdentity } from './control.ts';

/** What the authority needs of the system around it. */
export interface AuthorityPort {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly events: Events;
  /** Starts a thread or process. */
  launch(kind: 'thread' | 'process', settings: HostSettings): Host;
  /** A set of hosts, by its number; undefined when it has ended. */
  set(id: number): SharedHosts | undefined;
  host(id: number): Host | undefined;
  /** A ref of the main thread. */
  refTo(slot: SlotIdentity): ActorRef<object>;
  /** All hosts that haven't ended. */
  readonly hosts: Iterable<Host>;
}
