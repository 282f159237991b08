import type { ActorDefinition } from './actor.ts';
import type { ActorRef, ApiOf } from './actor-ref.ts';
import type { Where } from './definition.ts';
import { refuseReservedName } from './definition.ts';
import { invalidOption } from './errors.ts';

/**
 * Finds the actor that has a name now, wherever it lives; undefined when nobody has it. A name is given at `spawn`, or to a
 * child of a supervisor; it is kept over restarts, is found from the end of the first `init` on, and free again when the
 * actor has ended for good.
 *
 * @throws {DefinitionMismatchError} (all as rejections) The actor runs another definition.
 * @throws {ActorError} `TROUPE_LOCAL_ONLY`: its definition has no `import.meta`, and it lives on another host.
 * @throws {TypeError} The name isn't one.
 * @example
 * await using system = createSystem();
 * await system.spawn(Counter, { name: 'visits', input: { start: 7 } });
 * const visits = await system.whereis(Counter, 'visits');
 * const n = await visits?.ask.value();
 */
export interface Whereis {
  <I, H, W extends Where>(definition: ActorDefinition<I, H, W>, name: string): Promise<ActorRef<ApiOf<H>> | undefined>;
}

/** A name that an actor may have. @throws {TypeError | ActorError} */
export function checkName(name: unknown): string {
  if (typeof name !== 'string' || name.includes('/')) throw invalidOption('name', name, 'a text without "/"');
  refuseReservedName(name, 'an actor');
  return name;
}
