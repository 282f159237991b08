import type { ChildPlan, SupervisorPlan } from './plan.ts';
import type { DefinitionAddress } from '../core/definition.ts';
import type { SupervisorInput } from './supervisor.ts';
import { LOCAL_SUPERVISOR, MOVABLE_SUPERVISOR } from './supervisor-actor.ts';
import { checkMovable } from '../core/place.ts';
import { checkSendable } from '../core/check-sendable.ts';
import { invalidOption } from '../core/errors.ts';

/**
 * The plan of a supervisor that lives on another host, as plain data: whatever is below it goes there with it.
 *
 * @throws {ActorError} `TROUPE_LOCAL_ONLY`, `TROUPE_NOT_IMPORTABLE`: a child's definition can't be found there.
 * @throws {NotSendableError} A child's input isn't plain data.
 * @throws {TypeError} A child is to live on a set of hosts: only the program can start actors there.
 */
export function movablePlan(plan: SupervisorPlan): SupervisorPlan {
  const { children, template } = plan;
  return {
    ...plan,
    children: children.map(([key, child]) => [key, movableChild(key, child)]),
    template: template && { ...template, child: movableChild('*', template.child) },
  };
}

/** {@link movablePlan} for one child. */
export function movableChild(key: string, child: ChildPlan): ChildPlan {
  const { definition, input, kind, place } = child;
  const what = key === '*' ? 'the children of a dynamic supervisor' : `child "${key}"`;
  if ('set' in place) {
    throw invalidOption(`host of ${what}`, place.set, '"local" or "thread" or "process", since its supervisor lives on another host');
  }
  // What refs are in it, the start looks at.
  if (kind === 'worker') checkSendable(input, `input of ${what}`, () => undefined);
  return { ...child, definition: addressOf(definition, what), input: kind === 'worker' ? input : movableInput(input as SupervisorInput) };
}

export function movableInput({ plan, graceMs }: SupervisorInput): SupervisorInput {
  return { plan: movablePlan(plan), graceMs };
}

function addressOf(definition: ChildPlan['definition'], what: string): DefinitionAddress {
  const movable = definition === LOCAL_SUPERVISOR ? MOVABLE_SUPERVISOR : definition;
  const { title, handlers, highWater } = movable.shape;
  return { id: checkMovable(movable, `as ${what} of a supervisor on another host`), shape: { title, handlers, highWater } };
}
