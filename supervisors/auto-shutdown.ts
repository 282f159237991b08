import { checkLiteral } from '../core/options.ts';
import { invalidOption } from '../core/errors.ts';

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

const AUTO_SHUTDOWNS: readonly AutoShutdown[] = ['never', 'any_significant', 'all_significant'];

/** @throws {TypeError} It is none of them. */
export function checkAutoShutdown(autoShutdown: unknown): AutoShutdown {
  return checkLiteral(autoShutdown, 'autoShutdown', AUTO_SHUTDOWNS);
}

/** @throws {TypeError} A significant child has a supervisor that would not care. */
export function checkSignificant(what: string, { isSignificant }: { readonly isSignificant: boolean }, autoShutdown: AutoShutdown): void {
  if (!isSignificant || autoShutdown !== 'never') return;
  throw invalidOption(`significant of ${what}`, true, 'false while autoShutdown of its supervisor is "never"');
}
