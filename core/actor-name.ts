import { invalidOption } from './errors.ts';
import { refuseReservedName } from './definition.ts';

/**
 * The name that an actor is registered under.
 *
 * @throws {TypeError} It is no text, or has a `/` in it.
 * @throws {ActorError} `TROUPE_RESERVED_NAME`.
 */
export function checkName(name: unknown): string {
  if (typeof name !== 'string' || name.includes('/')) throw invalidOption('name', name, 'a text without "/"');
  refuseReservedName(name, 'an actor');
  return name;
}
