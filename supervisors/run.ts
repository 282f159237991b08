import type { Children, SupervisorRef } from './supervisor-ref.ts';
import type { Duration } from '../core/duration.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { LogThreshold, Logger } from '../core/log.ts';
import type { SupervisorActor } from './supervisor-actor.ts';
import type { Spawn } from '../core/spawn-options.ts';
import type { Tree } from './tree.ts';
import { ROOT_TITLE } from './supervisor-actor.ts';
import { TreeSpec } from './tree-spec.ts';
import { runningTree } from './supervisor-ref.ts';
import { ActorSystem, defaultSystem } from '../runtime/actor-system.ts';
import { checkFields, checkLiteral } from '../core/options.ts';
import { StartFailedError, invalidOption } from '../core/errors.ts';
import { checkLogLevel, checkLogger } from '../core/log.ts';
import { toMs } from '../core/duration.ts';

type Signal = 'SIGTERM' | 'SIGINT' | 'SIGHUP';

/** How a tree is run. */
export interface RunOptions {
  /** Which signals stop the tree. A second one kills it. Default SIGTERM and SIGINT. */
  signals?: readonly Signal[] | false;
  /** How long a stop may take before what is left is killed. Default 10 s. */
  grace?: Duration;
  /** Where crash reports, other restarts and what its actors log go. Default: where the system's go, lines on standard error. */
  log?: Logger | false;
  /** `system.setLogLevel()`, before it starts. Default: the level stays as it is, `'info'` at first. */
  logLevel?: LogThreshold;
  /** Default: the system of `spawn`. */
  system?: ActorSystem;
}

/** How a tree ended. */
export interface RunEnd {
  /** 0 after a stop in time, 1 after giving up or a stop that had to be forced, 128 + n after a second signal. */
  readonly code: number;
  readonly reason: ExitReason;
}

/** A running tree. */
export interface App<C> extends AsyncDisposable {
  readonly children: Children<C>;
  /** The supervisor at the root: to start, stop and look at its children. */
  readonly supervisor: SupervisorRef<C>;
  /** Resolves when the tree has ended. Never rejects. */
  readonly done: Promise<RunEnd>;
  /** Stops all children in the reverse order of their starts; resolves when they have ended. */
  stop(): Promise<void>;
}

const SIGNALS: Readonly<Record<Signal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
const SIGNAL_NAMES = Object.keys(SIGNALS) as readonly Signal[];

/**
 * Starts a tree, one child after the other, and keeps the program alive until it has ended.
 *
 * @throws {StartFailedError | StartTimeoutError} (as a rejection) A child can't be started; those before it have been
 *   stopped again.
 * @throws {TypeError | RangeError} (as a rejection) An option isn't what it should be.
 * @example
 * const app = await run(tree, { signals: ['SIGTERM'], grace: '10s' });
 * await app.children.counter.ask.increment();
 * await app.stop();
 * process.exitCode = (await app.done).code;
 */
export async function run<C>(tree: Tree<C>, options: RunOptions = {}): Promise<App<C>> {
  if (!(tree instanceof TreeSpec) || tree.kind !== 'supervisor') throw invalidOption('the tree', tree, 'what supervisor() returns');
  const { system, log, logLevel, graceMs, signalNames } = checkRunOptions(options);

  const name = tree.name === undefined ? {} : { name: tree.name };
  let rootPath = tree.name;
  const spawned = system.events.on('spawned', ({ actor, definition }) => {
    if (definition === ROOT_TITLE && !actor.includes('/')) rootPath ??= actor;
  });
  if (logLevel !== undefined) system.setLogLevel(logLevel);
  const treeLog = system.log.follow((actor) => rootPath !== undefined && (actor === rootPath || actor.startsWith(`${rootPath}/`)), log);
  const starting = new AbortController();
  let stop: (() => Promise<void>) | undefined;
  let firstSignal: Signal | undefined;
  let killedBy: Signal | undefined;
  const signalled = (signal: Signal): void => {
    if (firstSignal === undefined) {
      firstSignal = signal;
      treeLog.report('info', { signal, graceMs }, `${signal}: stopping; once more kills`);
      if (stop === undefined) starting.abort(new StartFailedError(tree.name ?? 'app', `it was stopped by ${signal}`));
      else void stop();
      return;
    }
    killedBy = signal;
    treeLog.report('error', { signal }, `${signal} again: killed`);
    // Whatever else keeps the program alive must not outlive a second Ctrl-C. `done` is told first.
    void system.kill().then(() => done).then(() => process.exit(128 + SIGNALS[signal]));
  };
  let done: Promise<RunEnd> | undefined;
  const end = (): void => {
    for (const signal of signalNames) process.off(signal, signalled);
    treeLog.end();
    spawned();
  };
  for (const signal of signalNames) process.on(signal, signalled);

  try {
    const root = await spawnRoot(system.spawn, tree, { timeout: Infinity, signal: starting.signal, ...name }, graceMs);
    stop = () => root.stop({ grace: graceMs });
    done = root.closed.then((reason): RunEnd => {
      end();
      return { code: killedBy === undefined ? codeOf(reason) : 128 + SIGNALS[killedBy], reason };
    });
    const supervisor = await runningTree(root, tree.kind, tree.isMovable) as SupervisorRef<C>;
    return { children: supervisor.children, supervisor, done, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    end();
    await stop?.();
    throw error;
  }
}

async function spawnRoot(spawn: Spawn, tree: TreeSpec, options: object, graceMs: number): Promise<SupervisorActor> {
  // Its definition is made here, beside those of users: the types know only theirs.
  const spawnAny = spawn as unknown as (definition: unknown, options: object) => Promise<SupervisorActor>;
  return spawnAny(tree.definition, { input: tree.input(graceMs), ...tree.host, ...options });
}

interface RunSettings {
  readonly system: ActorSystem;
  readonly log: Logger | false | undefined;
  readonly logLevel: LogThreshold | undefined;
  readonly graceMs: number;
  readonly signalNames: readonly Signal[];
}

const RUN_OPTIONS: ReadonlySet<string> = new Set(['signals', 'grace', 'log', 'logLevel', 'system']);

function checkRunOptions(options: RunOptions): RunSettings {
  checkFields(options, 'the options of run()', RUN_OPTIONS);
  const { system = defaultSystem(), signals = ['SIGTERM', 'SIGINT'], grace = '10s', log, logLevel } = options;
  if (!(system instanceof ActorSystem)) throw invalidOption('system', system, 'what createSystem() returns');
  if (signals !== false && !Array.isArray(signals)) throw invalidOption('signals', signals, 'a list of signals, or false');
  const signalNames = signals === false ? [] : signals.map((name: unknown) => checkLiteral(name, 'signals', SIGNAL_NAMES));
  if (log !== undefined) checkLogger(log);
  if (logLevel !== undefined) checkLogLevel(logLevel);
  return { system, log, logLevel, graceMs: toMs(grace, 'grace'), signalNames };
}

function codeOf({ kind }: ExitReason): number {
  return kind === 'normal' || kind === 'shutdown' ? 0 : 1;
}
