import type { Duration } from '../../core/duration.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import { checkFields, checkOptionalFunction, checkSignal } from '../../core/options.ts';
import { invalidOption } from '../../core/errors.ts';
import { toPositiveMs } from '../../core/duration.ts';

/** How far a call of a pool goes. */
export interface TaskOptions extends WaitOptions {
  /**
   * How long one task may run. After that `ctx.signal` is aborted (`currentActor()?.signal`); a task that goes on for another 500 ms
   * loses its worker. Default no limit. With `chunk`, that many times as long for each chunk.
   */
  taskTimeout?: Duration;
  /** How often an item is tried again that has failed: by a throw, by the end of its worker, or by its `taskTimeout`. Default 0. */
  retries?: number;
}

/** How many items are taken, and what is told of them. */
export interface MapOptions<R = unknown> extends TaskOptions {
  /**
   * How many items go to a worker together. Default for `map` and `starmap` as many as make 4 chunks per worker, where the length is
   * known; else 1.
   */
  chunk?: number;
  /** How many chunks are taken from the input at most whose results nobody has taken. Default 4 per worker; 64 for `map` and `starmap`. */
  window?: number;
  /** Called with each result, as it comes. What it throws ends this call; a promise isn't waited for, but its rejection does the same. */
  onResult?: (result: R, index: number) => void;
  /** Whether progress is shown on the standard error: a bar on a terminal, else a line now and then. Default false. */
  progress?: boolean;
}

/** {@link TaskOptions}, checked. */
export interface CallLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly taskMs: number;
  readonly retries: number;
}

/** {@link MapOptions}, checked. */
export interface MapLimits extends CallLimits {
  readonly chunk: number | undefined;
  readonly window: number | undefined;
  readonly onResult: ((result: unknown, index: number) => void) | undefined;
  readonly progress: boolean;
}

const TASK_OPTIONS: ReadonlySet<string> = new Set(['timeout', 'signal', 'taskTimeout', 'retries']);
const MAP_OPTIONS: ReadonlySet<string> = new Set([...TASK_OPTIONS, 'chunk', 'window', 'onResult', 'progress']);

/** What is said nowhere is as in `defaults`. @throws {TypeError | RangeError} An option isn't what it should be. */
export function checkTaskOptions(options: TaskOptions, defaults: CallLimits = NO_LIMITS): CallLimits {
  checkFields(options, 'the options of a pool\'s with()', TASK_OPTIONS);
  return checkLimits(options, defaults);
}

/** @throws {TypeError | RangeError} An option isn't what it should be. */
export function checkMapOptions(options: MapOptions<never>, defaults: CallLimits): MapLimits {
  checkFields(options, 'the options of a pool\'s map()', MAP_OPTIONS);
  const { chunk, window, onResult, progress = false } = options;
  if (typeof (progress as unknown) !== 'boolean') throw invalidOption('progress', progress, 'true or false');
  return {
    ...checkLimits(options, defaults),
    chunk: chunk === undefined ? undefined : checkCount(chunk, 'chunk', 1),
    window: window === undefined ? undefined : checkCount(window, 'window', 1),
    onResult: checkOptionalFunction(onResult, 'onResult') as MapLimits['onResult'],
    progress,
  };
}

/** @throws {RangeError} `value` is no whole number, or less than `least`. */
export function checkCount(value: unknown, what: string, least: number): number {
  if (typeof value === 'number' && value >= least && Number.isInteger(value)) return value;
  const { message } = invalidOption(what, value, `a whole number >= ${least}`);
  throw Object.defineProperty(new RangeError(message), 'code', { value: 'TROUPE_INVALID_OPTION', enumerable: true });
}

const NO_LIMITS: CallLimits = { timeoutMs: Infinity, signal: undefined, taskMs: Infinity, retries: 0 };

function checkLimits({ timeout, signal, taskTimeout, retries }: TaskOptions, defaults: CallLimits): CallLimits {
  return {
    timeoutMs: timeout === undefined ? defaults.timeoutMs : toPositiveMs(timeout, 'timeout'),
    signal: checkSignal(signal) ?? defaults.signal,
    taskMs: taskTimeout === undefined ? defaults.taskMs : toPositiveMs(taskTimeout, 'taskTimeout'),
    retries: retries === undefined ? defaults.retries : checkCount(retries, 'retries', 0),
  };
}
