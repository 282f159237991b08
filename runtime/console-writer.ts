import { inspect } from 'node:util';
import type { Clock } from '../core/clock.ts';
import type { EntryWriter } from './entry-writer.ts';
import type { LogEntry, LogLevel } from '../core/log.ts';

/** The last words of a process have been on standard error already. */
const SHORT = { maxStringLength: 200 };

/** Lines on standard error: time, level, text, fields, and an error's stack. */
export class ConsoleWriter implements EntryWriter {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  entry({ level, actor, at, fields, message }: LogEntry): void {
    const { err, error = err, ...rest } = fields as { err?: unknown; error?: unknown };
    const details = Object.keys(rest).length === 0 ? '' : ` ${inspect(rest, { ...SHORT, breakLength: Infinity })}`;
    const stack = error === undefined ? '' : `\n${inspect(error, SHORT).replaceAll(/^/gm, '    ')}`;
    write(at, level, `${actor}: ${message}${details}${stack}`);
  }

  report(level: LogLevel, _fields: object, text: string): void {
    write(this.#clock.wallNow(), level, text);
  }
}

/** In one piece, so that nothing else comes in between. */
function write(at: number, level: LogLevel, text: string): void {
  const { stderr } = process;
  stderr.write(`${new Date(at).toISOString()} ${level.padEnd(5)} ${text}\n`, (error) => {
    // As for `console`: nobody reads any more, and the program goes on.
    if (error && stderr.listenerCount('error') === 0) stderr.once('error', () => undefined);
  });
}
