import type { Attachments } from '../wire/parcel.ts';
import type { HostEnd } from './host.ts';
import type { HostSettings } from '../../core/host-options.ts';
import type { LogThreshold } from '../../core/log.ts';
import type { MessageRules } from '../values.ts';

/** The way to a running thread or process: the port that each kind of host implements. */
export interface HostTransport {
  /** @param attachments What goes with it, to a thread alone. */
  send(frame: Buffer, attachments: Attachments | undefined): void;
  /** Whether it takes more without growing. */
  hasRoom(): boolean;
  /** Ends it at once; `ended` follows, and says `signal`. */
  terminate(signal: EndSignal): void;
}

/** How the end of a host is told that was brought about from here: after a stop, or at once. */
export type EndSignal = 'SIGTERM' | 'SIGKILL';

/** What a transport tells. `ended` comes once, after the last frame. */
export interface HostEvents {
  frame(bytes: Uint8Array, attachments?: Attachments): void;
  /** What it prints, if that is captured. */
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
  /** What it says is no frames. It hasn't ended by that. */
  failed(error: Error): void;
  ended(end: HostEnd): void;
}

/** All that a new host knows at its birth. */
export interface HostBoot {
  readonly hostId: number;
  readonly kind: 'thread' | 'process';
  /** The module that runs a host, as source or built. */
  readonly library: string;
  /** Where tsx may be installed: resolved from here. */
  readonly base: string;
  /** Whether the main thread loads modules through tsx. */
  readonly usesTsx: boolean;
  /** Whether stacks name the sources in the main thread: then here as well. */
  readonly mapsSources: boolean;
  readonly rules: MessageRules;
  /** The level of the system's log, until it is told otherwise. */
  readonly logLevel: LogThreshold;
  /** Whether what it prints goes to the program's actors, and not straight to its streams. */
  readonly isCaptured: boolean;
  /** Modules to load before it is ready. */
  readonly modules: readonly string[];
}

/** Starts a thread or process. What it throws is why there is none. */
export type LaunchHost = (boot: HostBoot, events: HostEvents, settings: HostSettings) => HostTransport;
