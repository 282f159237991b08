import type { ActorLog, LogLevel } from '../core/log.ts';
import { LOG_RANKS } from '../core/log.ts';

/** Whose entries they are. */
export interface LoggedLife {
  readonly actor: string;
  readonly incarnation: number;
  /** How many entries it has written. */
  written: number;
}

/** Where the entries of a host's actors go. */
export interface EntrySink {
  /** Entries whose rank is lower aren't wanted. */
  readonly rank: number;
  write(life: LoggedLife, level: LogLevel, bound: object | undefined, fields: unknown, message: unknown): void;
  /** Fields as they can be sent. */
  fieldsOf(fields: unknown): object;
}

/** The log of one life of an actor, or one of its children: with fields of its own. Functions, so that each works by itself. */
export class LifeLog implements ActorLog {
  readonly debug: ActorLog['debug'];
  readonly info: ActorLog['info'];
  readonly warn: ActorLog['warn'];
  readonly error: ActorLog['error'];
  readonly child: ActorLog['child'];

  constructor(sink: EntrySink, life: LoggedLife, bound?: object) {
    const at = (level: LogLevel) => {
      const rank = LOG_RANKS[level];
      return (fields: unknown, message?: unknown): void => {
        if (rank >= sink.rank) sink.write(life, level, bound, fields, message);
      };
    };
    this.debug = at('debug');
    this.info = at('info');
    this.warn = at('warn');
    this.error = at('error');
    this.child = (fields) => new LifeLog(sink, life, { ...bound, ...sink.fieldsOf(fields) });
  }
}
