import { inspect } from 'node:util';
import type { Clock } from '../core/clock.ts';
import type { Logger, LogLevel } from '../core/log.ts';

/** The last words of a process have been on standard error already. */
const SHORT = { maxStringLength: 200 };

/** What the line says anyway, or nobody reads there. */
interface Origin {
  readonly actor?: unknown;
  readonly incarnation?: unknown;
  readonly host?: unknown;
  readonly seq?: unknown;
  readonly at?: unknown;
}

/** Lines on standard error: time, level, text, and an error's stack. */
export class ConsoleLogger implements Logger {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  debug(fields: object, message: string): void { this.#entry('debug', fields, message); }

  info(fields: object, message: string): void { this.#entry('info', fields, message); }

  warn(fields: object, message: string): void { this.#entry('warn', fields, message); }

  error(fields: object, message: string): void { this.#entry('error', fields, message); }

  /** An entry whose text says all that its fields would. */
  write(level: LogLevel, text: string, at = this.#clock.wallNow()): void {
    // In one piece, and with it all that is in it: nothing else comes between its lines.
    process.stderr.write(`${new Date(at).toISOString()} ${level.padEnd(5)} ${text}\n`, (error) => {
      // As for `console`: nobody reads any more, and the program goes on.
      if (error && process.stderr.listenerCount('error') === 0) process.stderr.once('error', () => undefined);
    });
  }

  #entry(level: LogLevel, fields: Origin & { err?: unknown; error?: unknown }, message: string): void {
    const { actor, incarnation: _incarnation, host: _host, seq: _seq, at, err, error = err, ...rest } = fields;
    const from = typeof actor === 'string' ? `${actor}: ` : '';
    const details = Object.keys(rest).length === 0 ? '' : ` ${inspect(rest, { ...SHORT, breakLength: Infinity })}`;
    const stack = error === undefined ? '' : `\n${inspect(error, SHORT).replaceAll(/^/gm, '    ')}`;
    this.write(level, `${from}${message}${details}${stack}`, typeof at === 'number' ? at : undefined);
  }
}
