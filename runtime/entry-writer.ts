import type { LogEntry, LogLevel, Logger } from '../core/log.ts';

/** Who writes a log down: lines on standard error, or a logger of the user's. A promise that rejects has failed as well. */
export interface EntryWriter {
  /** What an actor has logged. */
  entry(entry: LogEntry): unknown;
  /** What the runtime tells: the text says all that the fields do. */
  report(level: LogLevel, fields: object, text: string): unknown;
}

/** A logger of pino's shape as a writer. */
export class LoggerWriter implements EntryWriter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  entry({ level, actor, incarnation, host, seq, at, fields, message }: LogEntry): unknown {
    // The entry's own fields win: what they hide is in the event.
    return this.#logger[level]({ actor, incarnation, host, seq, at, ...fields }, message);
  }

  report(level: LogLevel, fields: object, text: string): unknown {
    return this.#logger[level](fields, text);
  }
}
