import type { ActorRef as XStateRef, EventObject, Snapshot } from 'xstate';
import type { ActorRef } from '../../core/actor-ref.ts';

/**
 * A ref as XState's types take it, for `sendTo`: that of a machine's actor, or of any that has a handler `send`. It is the same ref: in a
 * `context` or an `input` keep it as it was.
 *
 * An event goes there as a tell: at most once, and nobody is told when there is nobody.
 *
 * @example
 * const Light = machine(import.meta, fromTransition((_lit: boolean, event: { type: 'switch'; on: boolean }) => event.on, false), { name: 'light' });
 * const Sensor = machine(import.meta, setup({
 *   types: { context: {} as { light: RefOf<typeof Light> }, input: {} as { light: RefOf<typeof Light> }, events: {} as { type: 'moved' } },
 * }).createMachine({
 *   context: ({ input }) => input,
 *   on: { moved: { actions: sendTo(({ context }) => eventTarget(context.light), { type: 'switch', on: true }) } },
 * }), { name: 'sensor' });
 * const light = await spawn(Light);
 * const sensor = await spawn(Sensor, { input: { light } });
 * await sensor.ask.send({ type: 'moved' });
 * const { context } = await light.ask.snapshot(); // true
 */
export function eventTarget<E extends EventObject>(ref: ActorRef<{ send(event: E): unknown }>): XStateRef<Snapshot<unknown>, E> {
  return ref as unknown as XStateRef<Snapshot<unknown>, E>;
}
