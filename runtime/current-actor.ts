import type { StartContext } from '../core/context.ts';
import { threadCurrent } from './node-ports.ts';

/**
 * The actor whose handler runs now, or has led to this code: its context, as that handler has it. Undefined in code that belongs to no
 * actor, as the program itself.
 */
export function currentActor(): StartContext | undefined {
  return threadCurrent().invocation;
}
