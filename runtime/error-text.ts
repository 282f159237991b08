import { inspect } from 'node:util';
import { ActorError, toError } from '../core/errors.ts';
import { userFrames } from './user-frames.ts';

/** How many causes are followed, one behind the other. */
const MAX_CAUSES = 5;
/** How many errors of an AggregateError are shown. */
const MAX_ERRORS = 5;
/** One of the fields that an error has of its own. */
const FIELD_STYLE = { depth: 2, maxStringLength: 200, maxArrayLength: 20, breakLength: Infinity };
const STANDARD_FIELDS: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/**
 * An error for people, in lines: its stack as far as it is the user's, its own fields, then its causes in the same way. Never
 * throws, whatever hangs on it.
 */
export function errorLines(error: Error, causes = MAX_CAUSES): string[] {
  const lines = stackLines(error);
  const fields = fieldsOf(error);
  if (fields !== undefined) lines.push(`  ${fields}`);
  for (const [label, inner] of innerErrors(error)) {
    const [first = '', ...rest] = causes > 0 ? linesOf(inner, causes - 1) : ['…'];
    lines.push(`  [${label}]: ${first}`, ...rest.map((line) => `  ${line}`));
  }
  return lines;
}

function linesOf(inner: unknown, causes: number): string[] {
  return inner instanceof Error ? errorLines(inner, causes) : tried(() => inspect(inner, FIELD_STYLE), (why) => `a value that can't be shown: ${why}`).split('\n');
}

/** Frames stand in runs: those of the error, and those of its asker. */
function stackLines(error: Error): string[] {
  const lines: string[] = [];
  let frames: string[] = [];
  const endRun = (): void => {
    const users = userFrames(frames);
    // What fails inside of the library is for those who mend it, unless that is how it says what is wrong.
    lines.push(...users.length === 0 && !(error instanceof ActorError) ? frames : users);
    frames = [];
  };
  for (const line of tried(() => String(error.stack ?? error), (why) => `an error that can't be shown: ${why}`).split('\n')) {
    if (/^ {4}at /.test(line)) {
      frames.push(line);
      continue;
    }
    endRun();
    lines.push(line);
  }
  endRun();
  return lines;
}

function fieldsOf(error: Error): string | undefined {
  return tried(() => {
    const own = Object.entries(Object.getOwnPropertyDescriptors(error)).filter(([key, { enumerable }]) => enumerable && !STANDARD_FIELDS.has(key));
    return own.length === 0 ? undefined : inspect(Object.defineProperties({}, Object.fromEntries(own)), FIELD_STYLE);
  }, () => undefined);
}

function innerErrors(error: Error & { errors?: unknown }): [label: string, inner: unknown][] {
  return tried((): [string, unknown][] => {
    const errors = Array.isArray(error.errors) ? error.errors.slice(0, MAX_ERRORS) as unknown[] : [];
    const cause: [string, unknown][] = error.cause === undefined ? [] : [['cause', error.cause]];
    return [...cause, ...errors.map((inner, i): [string, unknown] => [`errors.${i}`, inner])];
  }, () => []);
}

function tried<T>(read: () => T, otherwise: (why: string) => T): T {
  try {
    return read();
  } catch (error) {
    return otherwise(toError(error).message);
  }
}
