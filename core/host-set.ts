import type { Duration } from './duration.ts';
import type { ExitReason } from './exit-reason.ts';
import type { HostOptions, HostSettings } from './host-options.ts';
import type { Intensity } from './restart-intensity.ts';
import type { WaitOptions } from './actor-ref.ts';
import { HOST_OPTIONS, checkHostOptions } from './host-options.ts';
import { PATIENT, checkIntensity } from './restart-intensity.ts';
import { checkFields, checkLiteral, checkSignal } from './options.ts';
import { invalidOption } from './errors.ts';
import { toPositiveMs } from './duration.ts';

/**
 * Threads or processes on which many actors live: `spawn(Counter, { input, host: set })`. Made by `hosts()`.
 *
 * An actor starts on the host that has the fewest; it stays there as long as that host lives. When a host ends, all actors
 * on it end with `host_down`, and the set starts another one, under its own budget. An actor that blocks, and is killed,
 * takes its whole host with it.
 *
 * A set is no message: only the program that has made it can start actors on it.
 */
export abstract class HostSet implements AsyncDisposable {
  abstract readonly name: string;
  abstract readonly kind: 'thread' | 'process';
  /** How many hosts it has when all are well. */
  abstract readonly size: number;
  /**
   * Resolves when the set takes no actors any more, and its hosts have ended: `normal` after `stop`, `shutdown` after its
   * system's, `killed` after its system's `kill`, `intensity` when its budget was spent. Never rejects. Whoever asks for it keeps the program alive.
   */
  abstract readonly closed: Promise<ExitReason>;

  /** Stops its actors, each with its `stop`, then ends its hosts. What is left after 5 s is killed. */
  abstract stop(): Promise<void>;

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/** What `hosts()` starts; `timeout` (30 s) is for all hosts and their modules together, and for each that is started again. */
export interface HostsOptions extends HostOptions, WaitOptions {
  kind: 'thread' | 'process';
  /** How many hosts, from 1 to 1,000. */
  size: number;
  /** Loaded by each host at its start, so that no actor waits for them: `[import.meta.resolve('./counter.ts')]`. */
  modules?: readonly string[];
  /** For events and error texts. Default `hosts-1` and so on. */
  name?: string;
  /** How many hosts may be started again in how long before the set gives up. Default 10 within 60 s. */
  intensity?: { restarts: number; within: Duration };
}

/** {@link HostsOptions}, checked. */
export interface HostsSpec {
  readonly kind: 'thread' | 'process';
  readonly size: number;
  readonly modules: readonly string[];
  readonly name: string | undefined;
  readonly intensity: Intensity;
  readonly settings: HostSettings;
  readonly startMs: number;
  readonly signal: AbortSignal | undefined;
}

const FIELDS: ReadonlySet<string> = new Set(['kind', 'size', 'modules', 'name', 'intensity', 'timeout', 'signal', ...HOST_OPTIONS]);
const KINDS = ['thread', 'process'] as const;
const MAX_SIZE = 1_000;
const DEFAULT_START_MS = 30_000;

/** @throws {TypeError | RangeError} An option isn't what it should be. */
export function checkHostsOptions(options: HostsOptions): HostsSpec {
  checkFields(options, 'the options of hosts()', FIELDS);
  const { kind, size, modules = [], name, intensity = PATIENT, timeout = DEFAULT_START_MS, signal } = options;
  checkLiteral(kind, 'kind', KINDS);
  if (!Number.isInteger(size) || size < 1 || size > MAX_SIZE) throw invalidOption('size', size, `a whole number from 1 to ${MAX_SIZE}`);
  if (name !== undefined && (typeof name !== 'string' || name === '')) throw invalidOption('name', name, 'a text that is not empty');
  return {
    kind, size, modules: checkModules(modules), name, intensity: checkIntensity(intensity, 'hosts()'),
    settings: checkHostOptions(options, kind), startMs: toPositiveMs(timeout, 'timeout'), signal: checkSignal(signal),
  };
}

function checkModules(modules: unknown): readonly string[] {
  if (!Array.isArray(modules)) throw invalidOption('modules', modules, 'a list of URLs');
  modules.forEach((url: unknown, i) => {
    const isFile = typeof url === 'string' && url.startsWith('file:');
    if (!isFile) throw invalidOption(`modules[${i}]`, url, 'the URL of a file, as import.meta.resolve(\'./a.ts\') gives it');
  });
  return [...modules as string[]];
}
