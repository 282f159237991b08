import type { ActorRef } from '../core/actor-ref.ts';
import type { App, RunOptions } from '../supervisors/run.ts';
import type { CrashReport } from '../runtime/crash-report.ts';
import type { Duration } from '../core/duration.ts';
import type { FaultOptions } from './faults.ts';
import type { Spawn } from '../core/spawn-options.ts';
import type { SystemEvents } from '../runtime/events.ts';
import type { Tree } from '../supervisors/tree.ts';
import { ActorStoppedError, invalidOption } from '../core/errors.ts';
import { EVENT_NAMES } from '../runtime/events.ts';
import { Faults, checkFaults } from './faults.ts';
import type { Victim } from './simulation.ts';
import { IdleWatch } from './idle-watch.ts';
import { Simulation } from './simulation.ts';
import { checkFields } from '../core/options.ts';
import { nodeClock } from '../runtime/node-ports.ts';
import { replaceGlobals } from './virtual-globals.ts';
import { run } from '../supervisors/run.ts';
import { toMs } from '../core/duration.ts';

/** What a simulation goes by. */
export interface TestKitOptions {
  /** Chooses the interleaving: the same seed gives the same trace, byte for byte. A whole number >= 0. Default 1. */
  seed?: number;
  /** How long a frame from one host to another may take at most. Each takes a time of its own, in order. Default 0. */
  delay?: Duration;
  /** What is made to fail. Default nothing. */
  faults?: FaultOptions;
  /** What `ctx.now()` says at the beginning, in milliseconds since 1970. Default 0. */
  wallStart?: number;
}

/** One event of the system, when it happened. */
export type RecordedEvent = { [K in keyof SystemEvents]: { readonly name: K; readonly atMs: number; readonly event: SystemEvents[K] } }[keyof SystemEvents];

/** The time of a simulation. */
export interface KitClock {
  /** Milliseconds since the kit began. */
  now(): number;
  /** Lets `by` pass, with all that happens meanwhile. @throws {NotVirtualError} (as a rejection) As `idle`. */
  advance(by: Duration): Promise<void>;
  /**
   * Lets time pass until `promise` settles, and gives what it settles with.
   *
   * @throws {Error} (as a rejection) Nothing can happen any more, however much time passes.
   */
  until<T>(promise: PromiseLike<T>): Promise<T>;
}

/**
 * A system in which everything is simulated, all its hosts included: one thread, virtual time, and a seed that chooses what
 * happens next. Made by {@link testKit}.
 */
export class TestKit implements AsyncDisposable {
  readonly seed: number;
  readonly clock: KitClock;
  /** As the free function, but `'thread'`, `'process'` and sets are simulated hosts; as much time passes as it takes. */
  readonly spawn: Spawn;
  /** All that has happened, in order. */
  readonly events: readonly RecordedEvent[];
  readonly #simulation: Simulation;
  readonly #restoreGlobals: () => void;
  readonly #idleWatch: IdleWatch;

  constructor(options: TestKitOptions = {}) {
    const { seed = 1, delay = 0, faults = {}, wallStart = 0 } = checkFields(options, 'the options of testKit()', OPTIONS) as TestKitOptions;
    if (!Number.isSafeInteger(seed) || seed < 0) throw invalidOption('seed', seed, 'a whole number >= 0');
    const simulation = this.#simulation = new Simulation({ seed, maxDelayMs: toMs(delay, 'delay'), wallStart });
    this.inject(faults);
    const events: RecordedEvent[] = [];
    for (const name of EVENT_NAMES) {
      simulation.system.events.on(name, (event) => {
        events.push({ name, atMs: simulation.world.time.now(), event } as RecordedEvent);
        simulation.world.note(`${name} ${'actor' in event ? event.actor ?? '' : ''}`);
      });
    }
    this.seed = seed;
    this.events = events;
    const spawn = (definition: never, ...rest: never[]): unknown => simulation.until(simulation.system.spawn(definition, ...rest as [never]));
    this.spawn = spawn as Spawn;
    this.clock = {
      now: () => simulation.world.time.now(),
      advance: (by) => simulation.advance(toMs(by, 'the duration of advance')),
      until: (promise) => simulation.until(promise),
    };
    this.#restoreGlobals = replaceGlobals();
    const { world } = simulation;
    this.#idleWatch = new IdleWatch(nodeClock, {
      get steps() { return world.steps; },
      get standsStill() { return world.standsStill; },
      get openAsks() { return simulation.openAsks; },
    }, (text) => process.emitWarning(`${text} (seed ${seed})`, 'TestKitWarning'));
  }

  /** The system: its events, `hosts()`, accounts. */
  get system(): Simulation['system'] { return this.#simulation.system; }

  /** What has happened, line by line: the number of the step, the time, and what it was. */
  get trace(): readonly string[] { return this.#simulation.world.trace; }

  /** How many steps have been taken. */
  get steps(): number { return this.#simulation.world.steps; }

  get deadLetters(): readonly SystemEvents['dead_letter'][] {
    return this.events.flatMap(({ name, event }) => name === 'dead_letter' ? [event] : []);
  }

  /** One report of every abnormal end. */
  get crashReports(): readonly CrashReport[] {
    return this.events.flatMap(({ name, event }) => name === 'crash_report' ? [event] : []);
  }

  /** `run()` in this kit's system: no signals, no log; as much time passes as it takes. */
  run<C>(tree: Tree<C>, options: Pick<RunOptions, 'grace'> = {}): Promise<App<C>> {
    return this.clock.until(run(tree, { ...options, system: this.system, signals: false, log: false }));
  }

  /**
   * Resolves when nothing can happen any more unless time passes.
   *
   * @throws {NotVirtualError} (as a rejection) A handler waits for something that the kit can't give it, or has used real
   *   time or chance.
   */
  idle(): Promise<void> {
    return this.#simulation.idle();
  }

  /** The step before which the fault of `faults.at` has happened; undefined as long as it hasn't. */
  get faultedAt(): number | undefined { return this.#simulation.faultedAt; }

  /** The paths of the actors that run now, in the order of their hosts and starts. */
  get running(): readonly string[] { return this.#simulation.victims.map(({ path }) => path); }

  /**
   * Calls `check` after each step, in place of the one before: what it throws fails the simulation, and is what `idle`, `advance` or `until`
   * rejects with next.
   */
  always(check: () => void): void {
    this.#simulation.world.check = check;
  }

  /** Makes these faults happen from now on, and no others: `inject({})` ends them. @throws {TypeError} */
  inject(faults: FaultOptions): void {
    const failing = new Faults(this.#simulation, checkFaults(faults));
    this.#simulation.world.inject = (step) => failing.before(step);
  }

  /**
   * Crashes the actor, a ref or a path, as if its handler had thrown `error`, and resolves when all that follows at once has happened.
   *
   * @throws {ActorStoppedError} (as a rejection) It isn't running.
   */
  async crash(actor: ActorRef<object> | string, error?: Error): Promise<void> {
    this.#simulation.world.offer(this.#find(actor, 'crash').crash(error));
    await this.idle();
  }

  /**
   * Kills the host on which the actor, a ref or a path, lives, with all that lives there, and resolves when all that follows at once has
   * happened.
   *
   * @throws {ActorStoppedError} (as a rejection) It isn't running.
   * @throws {TypeError} (as a rejection) It lives in the main thread.
   */
  async loseHost(actor: ActorRef<object> | string): Promise<void> {
    const lose = this.#find(actor, 'lose the host of').loseHost();
    if (lose === undefined) throw invalidOption('the actor', actor, 'one on a host of its own or of a set', 'the main thread can\'t be lost');
    this.#simulation.world.offer(lose);
    await this.idle();
  }

  #find(actor: ActorRef<object> | string, action: string): Victim {
    const found = this.#simulation.find(actor);
    if (found === undefined) throw new ActorStoppedError(String(actor), action);
    return found;
  }

  /** Stops the system, letting as much time pass as that takes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#idleWatch.end();
    try {
      await this.#simulation.end();
    } finally {
      this.#restoreGlobals();
    }
  }
}

const OPTIONS: ReadonlySet<string> = new Set(['seed', 'delay', 'faults', 'wallStart']);

/**
 * A system for tests in which time stands still, threads and processes are simulated, and a seed chooses the order of
 * what happens.
 *
 * Replay is exact as long as handlers wait only for `ctx`, refs and resolved promises, and take time, chance and identifiers
 * from `ctx`. Whoever breaks that gets a {@link NotVirtualError}. State of modules is shared by all simulated hosts.
 *
 * @throws {TypeError | RangeError} (as a rejection) An option isn't what it should be.
 * @example
 * await using kit = await testKit({ seed: 7 });
 * const counter = await kit.spawn(Counter, { input: { start: 0 }, host: 'thread' });
 * const slow = counter.with({ timeout: '2m' }).ask.slow(60_000);
 * await kit.clock.advance('1m');
 * await slow;
 */
export async function testKit(options: TestKitOptions = {}): Promise<TestKit> {
  return new TestKit(options);
}
