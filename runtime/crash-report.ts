import type { Decision } from '../core/decision.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { HostKind } from '../core/spawn-options.ts';

/**
 * What is known of one abnormal end: each abnormal end of an incarnation makes exactly one, and so does each restart that
 * fails; but not a child with `shutdown: 'kill'` that its supervisor stops, nor anybody whom `system.kill()` ends. It comes as the event `crash_report`, once it is decided what follows; `crashed` comes at once. The log of `run()`
 * has one entry for each.
 *
 * Of the contents of messages it has `message.args` alone, which the definition's `redact` may change, and what the error says.
 *
 * @example
 * const Till = actor({
 *   init: () => ({ cents: 0 }),
 *   handlers: { pay(_ctx, cents: number, _card: string): void { throw new Error(`no change for ${cents}`); } },
 *   redact: (_handler, [cents]) => [cents, '***'],
 * });
 * await using system = createSystem();
 * system.events.on('crash_report', ({ actor, message, recent }) => {
 *   if (message?.args !== '250, "***"') throw new Error(`${actor} at ${message?.handler} after ${recent.join()}`);
 * });
 * const till = await system.spawn(Till, { name: 'till' });
 * await till.ask.pay(250, '4111 1111').catch((error) => error.cause); // no change for 250
 */
export interface CrashReport {
  /** The actor's path. */
  readonly actor: string;
  /** Where it lived; undefined when a restart failed for want of a host. */
  readonly host: { readonly id: number; readonly kind: HostKind } | undefined;
  readonly incarnation: number;
  readonly reason: ExitReason;
  /** Whether its `init` had come to an end: false for a restart that failed. */
  readonly hadStarted: boolean;
  /** The message that was being handled, or whose handler left behind what failed. */
  readonly message: CrashMessage | undefined;
  /** The handlers of the last messages that had begun before it failed, but for that one: eight at most, the oldest first. */
  readonly recent: readonly string[];
  /** What the state took as bytes; undefined when it isn't plain data, takes more than 1 MB, or nobody could look. */
  readonly stateBytes: number | undefined;
  /** Where the message's asker asked: lines of a stack, with `createSystem({ askStacks: true })`. */
  readonly askerStack: string | undefined;
  readonly decision: Decision | NoDecision;
}

/** A message in a {@link CrashReport}. */
export interface CrashMessage {
  readonly handler: string;
  /** At most 1 KB of text; undefined when `redact` failed. */
  readonly args: string | undefined;
  /** Whether it is an ask, or a stream: whoever waits for it is told of the crash. */
  readonly isAsked: boolean;
  /** The path of the actor that asked, if one did and is still there. */
  readonly from: string | undefined;
}

/**
 * Nobody decided about the end: the actor has no supervisor, its end was wanted, its supervisor has ended as well, or starts
 * it again for the sake of a sibling.
 */
export interface NoDecision {
  readonly kind: 'none';
  readonly why: 'unsupervised' | 'stopping' | 'supervisor_ended' | 'sibling';
}
