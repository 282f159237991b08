import { inspect } from 'node:util';
import type { Clock } from '../core/clock.ts';
import type { Logger, LogLevel } from '../core/log.ts';

/** The last words of a process have been on standard error already. */
const SHORT = { maxStringLength: 200 };

/** Lines on standard error: time, level, text, and an error's stack. */
export function consoleLogger(clock: Clock): Logger {
  const write = (level: LogLevel) => (fields: { actor?: unknown; error?: unknown }, message: string): void => {
    const { actor, error, ...rest } = fields;
    const from = typeof actor !== 'string' || message.startsWith(actor) ? '' : `${actor}: `;
    const details = Object.keys(rest).length === 0 || level === 'warn' || error !== undefined ? '' : ` ${inspect(rest, { ...SHORT, breakLength: Infinity })}`;
    const stack = error === undefined ? '' : `\n${inspect(error, SHORT).replaceAll(/^/gm, '    ')}`;
    process.stderr.write(`${new Date(clock.wallNow()).toISOString()} ${level.padEnd(5)} ${from}${message}${details}${stack}\n`);
  };
  return { debug: () => undefined, info: write('info'), warn: write('warn'), error: write('error') };
}
