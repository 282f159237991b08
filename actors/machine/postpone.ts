import type { EventObject } from 'xstate';
import type { XStateActor } from './xstate.ts';
import { MachineSystem } from './machine-system.ts';

/**
 * An action: the event is not for this state. It waits until the machine is in another one, and comes first there, ahead of all that has not
 * been taken yet; several in the order in which they came. As `postpone` of Erlang's `gen_statem`.
 *
 * @throws {Error} The machine doesn't run as an actor of Troupe's: XState alone has nothing of the kind.
 */
export function postpone({ self, system, event }: { readonly self: unknown; readonly system: unknown; readonly event: EventObject }): void {
  const run = system instanceof MachineSystem ? system.find(self as XStateActor) : undefined;
  if (run === undefined) throw new Error('Cannot postpone an event: only a machine that is an actor, by machine(), can do that');
  run.postpone(event);
}
