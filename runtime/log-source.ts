import type { ActorLog, LogEntry, LogLevel, LogThreshold } from '../core/log.ts';
import type { EntrySink, LoggedLife } from './life-log.ts';
import type { Kernel } from './kernel.ts';
import { LOG_RANKS } from '../core/log.ts';
import { LifeLog } from './life-log.ts';
import { toSendableText } from './wire/codec.ts';

/** The logs of a host's actors: what is wanted of them goes to the authority, at once. */
export class LogSource implements EntrySink {
  rank: number;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, level: LogThreshold) {
    this.#kernel = kernel;
    this.rank = LOG_RANKS[level];
  }

  set level(level: LogThreshold) { this.rank = LOG_RANKS[level]; }

  /** The log of one life of an actor. */
  of(actor: string, incarnation: number): ActorLog {
    return new LifeLog(this, { actor, incarnation, written: 0 });
  }

  write(life: LoggedLife, level: LogLevel, bound: object | undefined, given: unknown, text: unknown): void {
    const { clock, ports: { host } } = this.#kernel;
    const { actor, incarnation } = life;
    const { fields, message } = this.#contents(bound, given, text);
    const entry = { level, actor, incarnation, host, seq: ++life.written, at: clock.wallNow(), message, fields };
    this.#kernel.toAuthority({ type: 'log', entry });
    // Whatever becomes of this host next, the entry is told: its handler may never come to its end.
    this.#kernel.flushToMain();
  }

  fieldsOf(given: unknown): object {
    try {
      return { ...this.#kernel.values.fieldsOf(given) };
    } catch {
      // A proxy is what it likes, whenever it is looked at.
      return { value: '[an object that throws when it is looked at]' };
    }
  }

  #contents(bound: object | undefined, given: unknown, text: unknown): Pick<LogEntry, 'fields' | 'message'> {
    if (typeof given === 'string' && text === undefined) return { fields: bound ?? {}, message: toSendableText(given) };
    const own = this.fieldsOf(given);
    const fields = bound === undefined ? own : { ...bound, ...own };
    return { fields, message: toSendableText(text ?? messageOf(own)) };
  }
}

/** An error that comes without a text has its own. */
function messageOf({ err }: { err?: unknown }): string {
  return err instanceof Error ? err.message : '';
}
