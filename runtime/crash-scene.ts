import type { Definition } from '../core/definition.ts';
import type { Envelope } from '../core/envelope.ts';
import { shortText } from './short-text.ts';

/** What an actor's host knows of its end: what it hands to the authority for the report. All of it is short. */
export interface CrashScene {
  readonly message: SceneMessage | undefined;
  /** Numbers of handlers. */
  readonly recent: readonly number[];
  readonly stateBytes: number | undefined;
  readonly askerStack: string | undefined;
}

interface SceneMessage {
  readonly handler: number;
  readonly args: string | undefined;
  /** Whether somebody waits for its result, and is told. */
  readonly isAsked: boolean;
  /** The slot of the actor that asked. */
  readonly from: number | undefined;
}

/** How long the arguments of a message may be in a report. */
export const MAX_ARGS_TEXT = 1_024;

/** What can be said of the message that was being handled. Never throws. */
export function sceneMessage(envelope: Envelope, { shape, parts: { redact } }: Definition): SceneMessage {
  const { handler, kind, chain, args } = envelope;
  const shown = redact === undefined ? args : redacted(redact, shape.nameOf(handler), args);
  return {
    handler,
    args: shown === undefined ? undefined : shortText(shown, MAX_ARGS_TEXT),
    isAsked: kind === 'ask' || kind === 'stream',
    // Slot, invocation, slot, invocation: the last pair is the asker's.
    from: chain[chain.length - 2],
  };
}

function redacted(
  redact: (handler: string, args: readonly unknown[]) => unknown, handler: string, args: readonly unknown[],
): readonly unknown[] | undefined {
  try {
    const shown = redact(handler, args);
    if (shown instanceof Promise) shown.catch(() => undefined);
    return Array.isArray(shown) ? shown : undefined;
  } catch {
    return undefined;
  }
}
