/**
 * What became of every message that this host's kernel sent, counted at the sender. Always
 * sent = handled + rejected + dead letters + queued.
 */
export class Account {
  sent = 0;
  handled = 0;
  rejected = 0;
  deadLetters = 0;
  /** Replies that came when nobody waited any more. They are no messages. */
  lateReplies = 0;

  get queued(): number {
    return this.sent - this.handled - this.rejected - this.deadLetters;
  }
}
