/** When a supervisor ends because significant children have: never, after the first, after the last one alive. */
export type AutoShutdown = 'never' | 'any_significant' | 'all_significant';

/**
 * Whether a supervisor ends since `ended` has ended by itself and isn't started again.
 *
 * @param others Its other children. One that is being restarted counts as alive.
 */
export function shutsDown(
  autoShutdown: AutoShutdown, ended: { readonly isSignificant: boolean },
  others: readonly { readonly isSignificant: boolean; readonly isAlive: boolean }[],
): boolean {
  if (!ended.isSignificant) return false;
  switch (autoShutdown) {
    case 'never': return false;
    case 'any_significant': return true;
    case 'all_significant': return !others.some(({ isSignificant, isAlive }) => isSignificant && isAlive);
  }
}
