/** What a supervisor decides about a child that has ended, or could not be started again. */
export type Decision =
  /** Started again after `delayMs`: the restart with this number within the budget's window. */
  | { readonly kind: 'restart'; readonly restarts: number; readonly budgetLeft: number; readonly delayMs: number }
  /** Not started again: it is temporary, or transient and ended normally. */
  | { readonly kind: 'remove' }
  /** The budget is spent, or another try can't help: the supervisor ends. */
  | { readonly kind: 'give_up'; readonly restarts: number; readonly withinMs: number }
  /** The supervisor ends since a significant child has. */
  | { readonly kind: 'auto_shutdown' };
