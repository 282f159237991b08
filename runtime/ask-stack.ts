import type { Shape } from '../core/shape.ts';
import { toError } from '../core/errors.ts';
import { userFrames } from './user-frames.ts';

/** How long the stack of an asker may be. */
export const MAX_ASK_STACK = 4_096;
const MAX_FRAMES = 8;

/** Where an ask was made: the user's frames of the stack. Its text costs more than its capture, and is made on demand. */
export class AskStack {
  readonly #place: { stack?: unknown } = {};
  #text: string | undefined;

  /** Captures the stack above the method of `ref.ask` that is being called. */
  constructor(shape: Shape, handler: number) {
    const { prototype } = shape.askClass as { readonly prototype: Readonly<Record<string, () => void>> };
    const { stackTraceLimit } = Error;
    try {
      Error.stackTraceLimit = MAX_FRAMES;
      Error.captureStackTrace(this.#place, prototype[shape.nameOf(handler)]);
      Error.stackTraceLimit = stackTraceLimit;
    } catch {
      // Error is frozen: then there is none.
    }
  }

  /** Lines as in the stack of an error; undefined when there are none. */
  get text(): string | undefined {
    this.#text ??= userLines(this.#place);
    return this.#text === '' ? undefined : this.#text;
  }
}

/** Adds to an error of an ask where that was made: its own stack is the library's alone. */
export function addAskStack(error: unknown, stack: AskStack): void {
  if (!(error instanceof Error) || !OF_ONE_ASK.has((error as { code?: unknown }).code)) return;
  const { text } = stack;
  if (text === undefined) return;
  const value = `${error.stack ?? String(error)}\n    asked from:\n${text}`;
  Object.defineProperty(error, 'stack', { value, writable: true, configurable: true });
}

/** Codes of errors that are made for each ask anew. */
const OF_ONE_ASK: ReadonlySet<unknown> = new Set(['TROUPE_ACTOR_CRASHED', 'TROUPE_ASK_TIMEOUT', 'TROUPE_HOST_DOWN']);

/** What `Error.prepareStackTrace` of the user gives may be anything. */
function userLines(place: { stack?: unknown }): string {
  try {
    const { stack } = place;
    if (typeof stack !== 'string') return '';
    const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
    return userFrames(frames).join('\n').slice(0, MAX_ASK_STACK);
  } catch (error) {
    return `    at an unknown place: ${toError(error).message}`.slice(0, MAX_ASK_STACK);
  }
}
