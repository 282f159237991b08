import { inspect } from 'node:util';
import type { Clock } from '../core/clock.ts';
import type { Logger, LogLevel } from '../core/log.ts';

/** The last words of a process have been on standard error already. */
const SHORT = { maxStringLength: 200 };

/** Lines on standard error: time, level, text, and an error's stack. */
export class ConsoleLogger implements Logger {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  debug(_fields: object, _message: string): void {}

  info(fields: object, message: string): void { this.#entry('info', fields, message); }

  warn(fields: object, message: string): void { this.#entry('warn', fields, message); }

  error(fields: object, message: string): void { this.#entry('error', fields, message); }

  /** An entry whose text says all that its fields would. */
  write(level: LogLevel, text: string): void {
    process.stderr.write(`${new Date(this.#clock.wallNow()).toISOString()} ${level.padEnd(5)} ${text}\n`);
  }

  #entry(level: LogLevel, fields: { actor?: unknown; error?: unknown }, message: string): void {
    const { actor, error, ...rest } = fields;
    const from = typeof actor !== 'string' || message.startsWith(actor) ? '' : `${actor}: `;
    const details = Object.keys(rest).length === 0 || level === 'warn' || error !== undefined ? '' : ` ${inspect(rest, { ...SHORT, breakLength: Infinity })}`;
    const stack = error === undefined ? '' : `\n${inspect(error, SHORT).replaceAll(/^/gm, '    ')}`;
    this.write(level, `${from}${message}${details}${stack}`);
  }
}
