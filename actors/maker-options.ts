import { SPAWN_OPTIONS } from '../core/spawn-options.ts';
import { checkFields } from '../core/options.ts';

/**
 * The options of what makes a ready-made actor: those of any actor, where it is made, and its `own`.
 *
 * @param maker Names it in the error, e.g. `mutex`.
 * @throws {TypeError} They are no object, or one of them is something else.
 */
export function checkMakerOptions<O extends object>(options: O, maker: string, ...own: readonly (keyof O & string)[]): O {
  return checkFields(options, `the options of ${maker}()`, new Set(['system', ...SPAWN_OPTIONS, ...own])) as O;
}
