/**
 * What became of every message that one host has sent, counted there. Always
 * sent = handled + rejected + dead letters + queued.
 */
export interface Account {
  readonly sent: number;
  /** Their handlers have come to an end, in whatever way. */
  readonly handled: number;
  /** Asks that were never handled. */
  readonly rejected: number;
  readonly deadLetters: number;
  /** Under way, waiting or being handled. */
  readonly queued: number;
  /** Replies that came when nobody waited any more. They are no messages. */
  readonly lateReplies: number;
}

/** The account of a host that lives. */
export interface HostAccount extends Account {
  /** 0 is the main thread. */
  readonly host: number;
}
