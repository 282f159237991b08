import type { Clock } from '../core/clock.ts';
import type { CrashReport } from './crash-report.ts';
import type { EntryWriter } from './entry-writer.ts';
import type { Events } from './events.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { LogLevel, LogThreshold, Logger } from '../core/log.ts';
import { ConsoleWriter } from './console-writer.ts';
import { LOG_RANKS } from '../core/log.ts';
import { LoggerWriter } from './entry-writer.ts';
import { crashText } from './crash-text.ts';
import { describeExit, isAbnormal } from '../core/exit-reason.ts';
import { toSendableError } from './wire/codec.ts';

/** The actors of a tree that is run: all that becomes of them is written down. */
interface Tree {
  has(actor: string): boolean;
  readonly writer: EntryWriter | undefined;
}

/** The log of a tree that is run. */
export interface TreeLog {
  /** Tells something of the tree itself. */
  report(level: LogLevel, fields: object, text: string): void;
  /** The tree has ended. */
  end(): void;
}

/**
 * What a system writes down, one entry after the other: what its actors log, crashes and restarts, and at the level `debug` all that
 * becomes of actors and hosts.
 */
export class SystemLog {
  readonly #events: Events;
  readonly #console: ConsoleWriter;
  /** Undefined: nobody writes. */
  readonly #writer: EntryWriter | undefined;
  readonly #trees = new Set<Tree>();
  #level: LogThreshold = 'silent';
  #endLifecycle: (() => void) | undefined;

  constructor(events: Events, clock: Clock, log: Logger | false | undefined, level: LogThreshold) {
    this.#events = events;
    this.#console = new ConsoleWriter(clock);
    this.#writer = writerOf(log, this.#console);
    this.level = level;
    events.on('log', (entry) => this.#write(entry.level, entry.message, this.#writerFor(entry.actor), (writer) => writer.entry(entry)));
    events.on('crash_report', (report) => this.#crash(report));
    events.on('restarting', ({ actor, reason, restarts, budgetLeft, delayMs }) => {
      // Of an abnormal end the report tells it all.
      if (this.#treeOf(actor) === undefined || isAbnormal(reason)) return;
      const text = restartText(`${actor} restarts`, reason, restarts, budgetLeft, delayMs);
      this.#reportActor('warn', actor, { actor, restarts, budgetLeft, delayMs }, text);
    });
    events.on('host_restarting', ({ hosts, kind, reason, restarts, budgetLeft, delayMs }) => {
      const text = restartText(`${hosts}: another ${kind} starts`, reason, restarts, budgetLeft, delayMs);
      this.#reportHost('warn', { hosts, restarts, budgetLeft, delayMs }, text);
    });
  }

  get level(): LogThreshold { return this.#level; }

  set level(level: LogThreshold) {
    this.#level = level;
    if (level === 'debug') {
      this.#endLifecycle ??= this.#followLifecycle();
    } else {
      this.#endLifecycle?.();
      this.#endLifecycle = undefined;
    }
  }

  /**
   * Writes down all that becomes of the actors of a tree.
   *
   * @param log Where to. Undefined: where all else is written.
   */
  follow(has: Tree['has'], log: Logger | false | undefined): TreeLog {
    const tree = { has, writer: writerOf(log, this.#writer) };
    this.#trees.add(tree);
    return {
      report: (level, fields, text) => this.#report(level, tree.writer, fields, text),
      end: () => { this.#trees.delete(tree); },
    };
  }

  #followLifecycle(): () => void {
    const events = this.#events;
    const ends = [
      events.on('spawned', ({ actor, host: kind, definition }) => {
        this.#reportActor('debug', actor, { actor, host: { kind }, definition }, `${actor} spawned: ${definition}, ${kind}`);
      }),
      events.on('started', ({ actor, incarnation }) => {
        this.#reportActor('debug', actor, { actor, incarnation }, `${actor} started (incarnation ${incarnation})`);
      }),
      events.on('restarting', ({ actor, reason, restarts, delayMs }) => {
        const isTold = this.#treeOf(actor) !== undefined && !isAbnormal(reason);
        if (!isTold) this.#reportActor('debug', actor, { actor, restarts, delayMs }, `${actor} restarts in ${Math.round(delayMs)} ms`);
      }),
      events.on('stopped', ({ actor, reason }) => {
        this.#reportActor('debug', actor, { actor, ...reasonFields(reason) }, `${actor} stopped: ${describeExit(reason)}`);
      }),
      events.on('host_started', ({ host: id, kind }) => this.#reportHost('debug', { host: { id, kind } }, `${kind} ${id} started`)),
      events.on('host_ended', ({ host: id, kind, reason }) => {
        this.#reportHost('debug', { host: { id, kind }, ...reasonFields(reason) }, `${kind} ${id} ended: ${describeExit(reason)}`);
      }),
    ];
    return () => { for (const end of ends) end(); };
  }

  #crash(report: CrashReport): void {
    const { actor, reason, message } = report;
    // Outside of all trees an end is what its starter makes of it; but an error that nobody is told isn't lost.
    const isUntold = reason.kind === 'error' && message?.isAsked !== true;
    if (this.#treeOf(actor) === undefined && !isUntold) return;
    this.#reportActor('error', actor, { ...report, ...reasonFields(reason) }, crashText(report));
  }

  #treeOf(actor: string): Tree | undefined {
    for (const tree of this.#trees) if (tree.has(actor)) return tree;
    return undefined;
  }

  #writerFor(actor: string): EntryWriter | undefined {
    const tree = this.#treeOf(actor);
    return tree === undefined ? this.#writer : tree.writer;
  }

  #reportActor(level: LogLevel, actor: string, fields: object, text: string): void {
    this.#report(level, this.#writerFor(actor), fields, text);
  }

  /** Hosts are no tree's own: all that are written down tell of them; without one, the system. */
  #reportHost(level: LogLevel, fields: object, text: string): void {
    const writers = new Set(Array.from(this.#trees, ({ writer }) => writer));
    for (const writer of writers.size === 0 ? [this.#writer] : writers) this.#report(level, writer, fields, text);
  }

  #report(level: LogLevel, to: EntryWriter | undefined, fields: object, text: string): void {
    this.#write(level, text, to, (writer) => writer.report(level, fields, text));
  }

  #write(level: LogLevel, text: string, to: EntryWriter | undefined, write: (writer: EntryWriter) => unknown): void {
    if (to === undefined || LOG_RANKS[level] < LOG_RANKS[this.#level]) return;
    try {
      const written = write(to);
      if (written instanceof Promise) written.catch((error: unknown) => this.#failed(level, text, error));
    } catch (error) {
      this.#failed(level, text, error);
    }
  }

  #failed(level: LogLevel, text: string, error: unknown): void {
    this.#console.report(level, {}, `${text} [the logger failed: ${toSendableError(error).message}]`);
  }
}

function writerOf(log: Logger | false | undefined, byDefault: EntryWriter | undefined): EntryWriter | undefined {
  if (log === undefined) return byDefault;
  return log === false ? undefined : new LoggerWriter(log);
}

/** Loggers know an error by its name, `err`. */
function reasonFields(reason: ExitReason): object {
  return 'error' in reason ? { reason, err: reason.error } : { reason };
}

function restartText(what: string, reason: ExitReason, restarts: number, budgetLeft: number, delayMs: number): string {
  const when = delayMs === 0 ? 'now' : `in ${Math.round(delayMs)} ms`;
  return `${what} ${when} after ${describeExit(reason)}: restart ${restarts}, ${budgetLeft} left`;
}
