import type { Clock } from '../core/clock.ts';
import type { CrashReport } from './crash-report.ts';
import type { Events } from './events.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { Logger, LogLevel, LogThreshold } from '../core/log.ts';
import { ConsoleLogger } from './console-logger.ts';
import { LOG_RANKS } from '../core/log.ts';
import { crashText } from './crash-text.ts';
import { describeExit, isAbnormal } from '../core/exit-reason.ts';
import { toSendableError } from './wire/codec.ts';

/** A tree that `run()` runs: everything about its actors is logged. */
export interface LoggedTree {
  has(actor: string): boolean;
  /** Where to; undefined: to the system's own logger. */
  readonly log: Logger | false | undefined;
}

/**
 * What a system writes down, one entry after the other: what its actors log, crashes and restarts, and at the level `debug` all that
 * becomes of actors and hosts.
 */
export class SystemLog {
  readonly #events: Events;
  readonly #own: Logger | false;
  readonly #console: ConsoleLogger;
  readonly #trees = new Set<LoggedTree>();
  #level: LogThreshold = 'silent';
  #endLifecycle: (() => void) | undefined;

  constructor(events: Events, clock: Clock, log: Logger | false | undefined, level: LogThreshold) {
    this.#events = events;
    this.#console = new ConsoleLogger(clock);
    this.#own = log ?? this.#console;
    this.level = level;
    events.on('log', ({ level: of, actor, incarnation, host, seq, at, fields, message }) => {
      // The fields of the entry win: what they hide is in the event.
      this.#write(this.#logOf(actor), of, () => ({ actor, incarnation, host, seq, at, ...fields }), message);
    });
    events.on('crash_report', (report) => this.#crash(report));
    events.on('restarting', ({ actor, reason, restarts, budgetLeft, delayMs }) => {
      // Of an abnormal end the report tells it all.
      if (this.#treeOf(actor) === undefined || isAbnormal(reason)) return;
      this.#say(actor, 'warn', { actor, restarts, budgetLeft, delayMs }, restartText(`${actor} restarts`, reason, restarts, budgetLeft, delayMs));
    });
    events.on('host_restarting', ({ hosts, kind, reason, restarts, budgetLeft, delayMs }) => {
      const text = restartText(`${hosts}: another ${kind} starts`, reason, restarts, budgetLeft, delayMs);
      this.#sayOfHost('warn', { hosts, restarts, budgetLeft, delayMs }, text);
    });
  }

  get level(): LogThreshold { return this.#level; }

  set level(level: LogThreshold) {
    this.#level = level;
    if (level === 'debug') this.#endLifecycle ??= this.#followLifecycle();
    else this.#endLifecycle = this.#endLifecycle?.() as undefined;
  }

  /** Logs all that happens in a tree, until what it returns is called. */
  follow(tree: LoggedTree): () => void {
    this.#trees.add(tree);
    return () => { this.#trees.delete(tree); };
  }

  /** An entry of whoever runs a tree. */
  tell(tree: LoggedTree, level: LogLevel, fields: object, text: string): void {
    this.#write(tree.log ?? this.#own, level, () => fields, text, true);
  }

  #followLifecycle(): () => void {
    const events = this.#events;
    const ends = [
      events.on('spawned', ({ actor, host, definition }) => this.#say(actor, 'debug', { actor, host, definition }, `${actor} spawned: ${definition}, ${host}`)),
      events.on('started', ({ actor, incarnation }) => this.#say(actor, 'debug', { actor, incarnation }, `${actor} started (incarnation ${incarnation})`)),
      events.on('restarting', ({ actor, reason, restarts, delayMs }) => {
        if (this.#treeOf(actor) === undefined || isAbnormal(reason)) this.#say(actor, 'debug', { actor, restarts, delayMs }, `${actor} restarts in ${Math.round(delayMs)} ms`);
      }),
      events.on('stopped', ({ actor, reason }) => this.#say(actor, 'debug', { actor, reason }, `${actor} stopped: ${describeExit(reason)}`)),
      events.on('host_started', ({ host, kind }) => this.#sayOfHost('debug', { host, kind }, `${kind} ${host} started`)),
      events.on('host_ended', ({ host, kind, reason }) => this.#sayOfHost('debug', { host, kind, reason }, `${kind} ${host} ended: ${describeExit(reason)}`)),
    ];
    return () => { for (const end of ends) end(); };
  }

  #crash(report: CrashReport): void {
    const { actor, reason, message } = report;
    // Outside of all trees it is what its starter makes of it; but an error that nobody is told isn't lost.
    if (this.#treeOf(actor) === undefined && (reason.kind !== 'error' || message?.isAsked === true)) return;
    this.#say(actor, 'error', 'error' in reason ? { ...report, err: reason.error } : report, crashText(report));
  }

  #treeOf(actor: string): LoggedTree | undefined {
    for (const tree of this.#trees) if (tree.has(actor)) return tree;
    return undefined;
  }

  #logOf(actor: string): Logger | false {
    return this.#treeOf(actor)?.log ?? this.#own;
  }

  #say(actor: string, level: LogLevel, fields: object, text: string): void {
    this.#write(this.#logOf(actor), level, () => fields, text, true);
  }

  /** What is no actor's is told by all who log a tree; without one, by the system. */
  #sayOfHost(level: LogLevel, fields: object, text: string): void {
    const logs = new Set([...this.#trees].map(({ log }) => log ?? this.#own));
    for (const log of logs.size === 0 ? [this.#own] : logs) this.#write(log, level, () => fields, text, true);
  }

  /** @param isComplete Whether the text says all that the fields do. */
  #write(log: Logger | false, level: LogLevel, makeFields: () => object, text: string, isComplete = false): void {
    if (log === false || LOG_RANKS[level] < LOG_RANKS[this.#level]) return;
    try {
      if (isComplete && log instanceof ConsoleLogger) {
        log.write(level, text);
        return;
      }
      const result: unknown = log[level](makeFields(), text);
      if (result instanceof Promise) result.catch((error: unknown) => this.#failed(level, text, error));
    } catch (error) {
      this.#failed(level, text, error);
    }
  }

  /** The logger has not written it. */
  #failed(level: LogLevel, text: string, error: unknown): void {
    this.#console.write(level, `${text} [the logger failed: ${toSendableError(error).message}]`);
  }
}

function restartText(what: string, reason: ExitReason, restarts: number, budgetLeft: number, delayMs: number): string {
  const when = delayMs === 0 ? 'now' : `in ${Math.round(delayMs)} ms`;
  return `${what} ${when} after ${describeExit(reason)}: restart ${restarts}, ${budgetLeft} left`;
}
