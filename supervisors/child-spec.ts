import type { ActorDefinition } from '../core/actor.ts';
import type { Duration } from '../core/duration.ts';
import type { Given, HostOf, InputMissing } from '../core/spawn-options.ts';
import type { HostOptions } from '../core/host-options.ts';
import type { Place } from '../core/place.ts';
import type { Restart } from './strategy.ts';
import type { Where } from '../core/definition.ts';
import { Definition } from '../core/definition.ts';
import { checkFields, checkLiteral } from '../core/options.ts';
import { HOST_OPTIONS } from '../core/host-options.ts';
import { checkPlace } from '../core/place.ts';
import { toMs, toPositiveMs } from '../core/duration.ts';

declare const brand: unique symbol;

/** A child of a supervisor, as data. Made by {@link child}. */
export interface Child<D> {
  readonly [brand]: { child: D };
}

/**
 * How a child is started, restarted and shut down, beside its `input`; with `host: 'thread'` or `'process'` also what its
 * host is given.
 */
export interface ChildOptions<W> extends HostOptions {
  /** Default `'local'`: the supervisor's own host. Others as for `spawn`. */
  host?: HostOf<W>;
  /** Default `'permanent'`. */
  restart?: Restart;
  /** How long the child may take to stop; `'kill'` doesn't ask it. Default 5 s, for a supervisor `'infinity'`. */
  shutdown?: Duration | 'kill' | 'infinity';
  /** How long its host and `init` may take to be ready. Default 30 s. */
  start?: Duration;
}

/** {@link ChildOptions}, checked. */
export class ChildSpec {
  readonly definition: Definition;
  readonly input: unknown;
  readonly place: Place;
  readonly restart: Restart;
  /** 0 kills at once. */
  readonly shutdownMs: number;
  readonly startMs: number;

  constructor(definition: Definition, options: ChildOptions<Where> & { input?: unknown }) {
    checkFields(options, 'the options of child()', OPTIONS);
    const { input, host = 'local', restart = 'permanent', shutdown = DEFAULT_SHUTDOWN_MS, start = DEFAULT_START_MS } = options;
    this.definition = definition;
    this.input = input;
    this.place = checkPlace(definition, host, options);
    this.restart = checkLiteral(restart, 'restart', RESTARTS);
    this.shutdownMs = shutdown === 'kill' ? 0 : shutdown === 'infinity' ? Infinity : toMs(shutdown, 'shutdown');
    this.startMs = toPositiveMs(start, 'start');
  }
}

const OPTIONS: ReadonlySet<string> = new Set(['input', 'host', 'restart', 'shutdown', 'start', ...HOST_OPTIONS]);
const RESTARTS: readonly Restart[] = ['permanent', 'transient', 'temporary'];
const DEFAULT_SHUTDOWN_MS = 5_000;
const DEFAULT_START_MS = 30_000;

/**
 * Says how one child is started, restarted and shut down.
 *
 * @throws {TypeError | RangeError} An option isn't what it should be.
 */
export function child<I, H, W extends Where>(
  definition: ActorDefinition<I, H, W>, ...options: Given<I, ChildOptions<W>>
): Child<ActorDefinition<I, H, W>>;
export function child(definition: InputMissing): never;
export function child(definition: unknown, options: ChildOptions<Where> = {}): unknown {
  return new ChildSpec(Definition.of(definition), options);
}
