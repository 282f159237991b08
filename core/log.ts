import type { HostInfo } from './host-info.ts';
import { checkLiteral } from './options.ts';
import { invalidOption } from './errors.ts';

/** From the least to the most urgent. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** The level from which on entries are written; `'silent'`: none are. */
export type LogThreshold = LogLevel | 'silent';

/** Where entries are written: pino's shape, so that a pino logger fits. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Writes an entry: fields and a text, one of them alone, or an error, which becomes the field `err`. */
export interface WriteEntry {
  (fields: object, message?: string): void;
  (message: string): void;
}

/**
 * The log of one life of an actor, `ctx.log`: what it writes has left its host when the call returns, on its way to the one logger of the
 * program. What is below the level of the system goes nowhere, and costs next to nothing. Never throws, whatever it is given: in the
 * place of what can't be sent stands a short text.
 *
 * @example
 * const Till = actor(import.meta, {
 *   name: 'till',
 *   init: () => ({ cents: 0 }),
 *   handlers: {
 *     pay(ctx, cents: number, customer: string) {
 *       const log = ctx.log.child({ customer });
 *       log.debug({ cents }, 'pays');
 *       ctx.state.cents += cents;
 *       log.info('has paid');
 *     },
 *   },
 * });
 * await using system = createSystem({ log: false, logLevel: 'debug' });
 * const written: unknown[] = [];
 * system.events.on('log', ({ level, actor, fields, message }) => written.push(`${level} ${actor} ${message}`, fields));
 * const till = await system.spawn(Till, { name: 'till' });
 * await till.ask.pay(250, 'Ada');
 * if (String(written[2]) !== 'info till has paid') throw new Error(String(written));
 */
export interface ActorLog {
  readonly debug: WriteEntry;
  readonly info: WriteEntry;
  readonly warn: WriteEntry;
  readonly error: WriteEntry;
  /** The same log, with these fields in every entry that has none of that name itself. */
  child(fields: object): ActorLog;
}

/** What an actor has logged: the event `log`. */
export interface LogEntry {
  readonly level: LogLevel;
  /** The actor's path. */
  readonly actor: string;
  readonly incarnation: number;
  /** Where it lived then. */
  readonly host: HostInfo;
  /** Counts the entries of this life of the actor, from 1 on. */
  readonly seq: number;
  /** Milliseconds since 1970, by the clock of its host. */
  readonly at: number;
  readonly message: string;
  readonly fields: object;
}

/** The numbers that pino gives them. */
export const LOG_RANKS: Readonly<Record<LogThreshold, number>> = { debug: 20, info: 30, warn: 40, error: 50, silent: Infinity };

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[];
export const LOG_THRESHOLDS = [...LOG_LEVELS, 'silent'] as const;

/** @throws {TypeError} It is no level. */
export function checkLogLevel(level: unknown): LogThreshold {
  return checkLiteral(level, 'logLevel', LOG_THRESHOLDS);
}

/** @throws {TypeError} It is neither a logger nor false. */
export function checkLogger<L extends Logger | false>(log: L): L {
  if (log === false || LOG_LEVELS.every((level) => typeof (log as Partial<Logger> | null)?.[level] === 'function')) return log;
  throw invalidOption('log', log, 'a logger, or false');
}
