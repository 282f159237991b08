import type { ActorRef } from '../core/actor-ref.ts';
import type { StartContext } from '../core/context.ts';
import { defaultSystem } from './actor-system.ts';
import { thisHost } from './hosts/this-host.ts';
import { threadCurrent } from './node-ports.ts';

/**
 * The actor whose handler runs now, or has led to this code: its context, as that handler has it. Undefined in code that belongs to no
 * actor, as the program itself. Python's `current_process()`.
 *
 * In an `async` handler, and all that it calls, it is known behind every `await`. What a handler that isn't `async` leaves behind without
 * waiting for it, `void work()`, knows it up to its first `await`: make the handler `async` then.
 */
export function currentActor(): StartContext | undefined {
  return threadCurrent().invocation;
}

/**
 * Who has started the current actor, and takes it along at its own end. Undefined for an actor of the program itself, and where there is
 * no current actor. Python's `parent_process()`.
 */
export function parentActor(): ActorRef<object> | undefined {
  return threadCurrent().invocation?.parent;
}

/**
 * The children of the current actor that live now, in the order of their starts; in the program the actors of the default system that have
 * no parent. Python's `active_children()`.
 *
 * @example
 * const names = (await activeActors()).map(String); // 'ActorRef(counter counter-1)', ...
 */
export async function activeActors(): Promise<readonly ActorRef<object>[]> {
  const current = threadCurrent().invocation;
  if (current !== undefined) return current.activeChildren();
  return thisHost() === undefined ? defaultSystem().activeActors() : [];
}
