/** What a supervisor decided about the end of a child. */
export type Decision =
  /** It is started again: restart `restarts` within the window, with so many more to come. */
  | { readonly kind: 'restart'; readonly restarts: number; readonly budgetLeft: number; readonly delayMs: number }
  /** It isn't started again: it is temporary, or transient and hasn't failed. */
  | { readonly kind: 'remove' }
  /** It isn't either, and its supervisor ends with the reason `intensity`, or because a start can't heal. */
  | { readonly kind: 'give_up'; readonly restarts: number; readonly withinMs: number }
  /** It was significant: its supervisor shuts down. */
  | { readonly kind: 'auto_shutdown' };
