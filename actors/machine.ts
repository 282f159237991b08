import type { ActorContext } from '../core/context.ts';
import type { ActorRef } from '../core/actor-ref.ts';
import type { ActorSpec } from '../core/actor.ts';
import type { AnyActorLogic, AnyEventObject, EmittedFrom, EventFromLogic, InputFrom, OutputFrom } from 'xstate';
import type { Duration } from '../core/duration.ts';
import type { Inspected } from './machine/inspection.ts';
import type { MachineState, Target } from './machine/machine-state.ts';
import type { ModuleMeta } from '../core/definition.ts';
import type { RestorableDefinition } from '../core/restorable-definition.ts';
import type { Unsendable } from '../core/sendable.ts';
import { MachineRun } from './machine/machine-run.ts';
import { actor } from '../core/actor.ts';
import { checkFields, checkLiteral } from '../core/options.ts';
import { toGoOn } from './machine/check-snapshot.ts';
import { checkLogic, checkTimeout, eventCheck, isFullWanted, targetCheck } from './machine/checks.ts';
import { invalidOption, toError } from '../core/errors.ts';

/** Those events that may come from outside. */
type Sent<E> = E extends unknown ? [Unsendable<E, 'event'>] extends [never] ? E : never : never;

/** What a machine's actor answers. */
export interface MachineHandlers<L extends AnyActorLogic> {
  /**
   * The machine takes an event. An ask resolves when it has, with all that follows from it at once: an action that throws is a crash.
   *
   * @throws {RefusedError} (as a rejection) `bad_event`: no object with a `type`, or a type that begins with `xstate.`. `unknown_event`: no
   *   state knows it, and the machine is `strict`. The machine goes on.
   */
  send(ctx: ActorContext<unknown>, event: Sent<EventFromLogic<L>>): void;
  /**
   * What it is now, as plain data.
   *
   * @param options.full With all that `spawn(machine, { snapshot })` goes on with: its children, delays, postponed events, and events within it that
   *   are under way. What waits in its mailbox is not.
   * @throws {RefusedError} (as a rejection) `not_restorable`: it has a child whose logic isn't registered in `setup({ actors })`, or a context with a circle.
   * @throws {RefusedError} (as a rejection) `bad_option`: there is no such option. Here and elsewhere the machine goes on.
   * @throws {NotSendableError} (as a rejection) Its context isn't plain data.
   */
  snapshot(ctx: ActorContext<unknown>, options?: { readonly full?: boolean }): MachineState<L>;
  /**
   * Resolves with the first snapshot, from now on, that is in this state, or has all of these tags.
   *
   * @param timeout Default 5 s; for `Infinity` as long as its actor lives.
   * @throws {AskTimeoutError} (as a rejection) Not within `timeout`.
   * @throws {ActorStoppedError} (as a rejection) It has ended before.
   * @throws {RefusedError} (as a rejection) `unknown_state`: the machine has no such state. `bad_option`: `timeout` is no duration > 0.
   */
  waitFor(ctx: ActorContext<unknown>, target: Target<L>, timeout?: Duration): Promise<MachineState<L>>;
  /** What it is now, then after each change: in order, to the last one. Who falls behind by more than 1,024 misses the oldest. */
  changes(ctx: ActorContext<unknown>): AsyncGenerator<MachineState<L>, void, undefined>;
  /**
   * Whether an event would lead to something now.
   *
   * @throws {RefusedError} (as a rejection) As `send`. `guard_failed`: a guard throws. The machine goes on.
   */
  can(ctx: ActorContext<unknown>, event: Sent<EventFromLogic<L>>): boolean;
  /** Resolves with its output when it is done, whenever that is. @throws {ActorStoppedError} (as a rejection) It has ended without. */
  output(ctx: ActorContext<unknown>): Promise<OutputFrom<L>>;
  /** What its own logic emits, with XState's `emit`, from now on. Who falls behind by more than 1,024 misses the oldest. */
  emitted(ctx: ActorContext<unknown>): AsyncGenerator<EmittedFrom<L>, void, undefined>;
  /** All that happens in it and its children, from now on, as `@statelyai/inspect` takes it. Costs nothing while nobody asks. */
  inspect(ctx: ActorContext<unknown>): AsyncGenerator<Inspected, void, undefined>;
}

/** How a machine's actor is, beside its logic. */
export interface MachineOptions extends Pick<ActorSpec<never, never, never>, 'name' | 'title' | 'mailbox' | 'redact'> {
  /** Whether events that no state of the machine knows are refused. Default false: nothing happens, as with XState. */
  strict?: boolean;
  /** Whether its actor ends, normally, when its logic is done, or stays to be asked. Default `'stop'`. */
  whenDone?: 'stop' | 'stay';
  /**
   * What a restart after a crash begins with: what `spawn` was given, or the last snapshot that the machine, or a child of it, had settled in. That
   * is taken after each event then, and its delays have gone on meanwhile. Default `{ from: 'input' }`.
   */
  restart?: { readonly from: 'input' | 'snapshot' };
}

type InputOf<L extends AnyActorLogic> = unknown extends InputFrom<L> ? undefined : {} extends InputFrom<L> ? InputFrom<L> | undefined : InputFrom<L>;

/** An actor that runs a logic of XState's. */
export type MachineDefinition<L extends AnyActorLogic> = RestorableDefinition<InputOf<L>, MachineHandlers<L>, 'anywhere', MachineState<L>>;

/**
 * Defines an actor that runs a logic of XState 5's: `setup().createMachine()`, `fromPromise`, `fromTransition`, `fromCallback`,
 * `fromObservable`, `fromEventObservable`. Call it at the top level of a module; its actors live on any host.
 *
 * What the machine invokes or spawns is an actor below it, on its host. An error there goes to `onError`; where there is none, the
 * machine's actor ends with that error, and its other children with it. Delays are timers of the actor. `systemId` names an actor within one
 * machine.
 *
 * `spawn(definition, { snapshot })` goes on from an `ask.snapshot({ full: true })`: what is `context` there, or the input of a promise, must be
 * plain data; a promise whose result had not been taken is begun anew. A snapshot that isn't of this machine, by its `title`, is a
 * {@link StartFailedError}, whose `cause` has the code `TROUPE_BAD_SNAPSHOT`.
 *
 * @param options.name As in the spec of an actor.
 * @throws {TypeError} `logic` is no logic of XState 5's; an option isn't what it should be.
 * @throws {ActorError} `TROUPE_DUPLICATE_DEFINITION`
 * @example
 * const Door = machine(import.meta, setup({
 *   types: { events: {} as { type: 'push' } | { type: 'lock' } },
 * }).createMachine({
 *   initial: 'closed',
 *   states: { closed: { on: { push: 'open', lock: 'locked' } }, open: { after: { 20: 'closed' } }, locked: {} },
 * }), { name: 'front-door' });
 * const door = await spawn(Door);
 * door.tell.send({ type: 'push' });
 * const { value } = await door.ask.waitFor('open');
 * await door.ask.waitFor('closed', '1m');
 * await door.stop();
 */
export function machine<L extends AnyActorLogic>(meta: ModuleMeta, logic: L, options: MachineOptions = {}): MachineDefinition<L> {
  const checked = checkLogic(logic);
  const { strict = false, whenDone = 'stop', restart = { from: 'input' }, ...given } = checkFields(options, 'the options of machine()', OPTIONS) as MachineOptions;
  const { from } = checkFields(restart, 'restart of machine()', RESTART);
  checkLiteral(whenDone, 'whenDone of machine()', ['stop', 'stay']);
  checkLiteral(from, 'restart.from of machine()', ['input', 'snapshot']);
  if (typeof strict !== 'boolean') throw invalidOption('strict of machine()', strict, 'true or false');
  const checkEvent = eventCheck(checked, strict);
  const checkTarget = targetCheck(checked);
  const title = given.title ?? given.name ?? titleOf(checked);
  const runOptions = { title, whenDone, savesItself: from === 'snapshot' };

  const definition = actor(meta, {
    ...given,
    title,
    // Asynchronous, so that whatever the logic begins here is this actor's, behind every `await`.
    async init(input: unknown, ctx): Promise<MachineRun> {
      const { tell } = ctx.self.as(definition) as unknown as ActorRef<{ next(type: string): void }>;
      // A signal is never too many.
      const wake = given.mailbox?.capacity === undefined ? (type: string): void => { tell.next(type); }
        : (): void => { ctx.after(0, (current) => (current.state as MachineRun).next(current)); };
      const start = ctx.saved === undefined ? { input } : toGoOn(ctx.saved, { logic: checked, title, now: ctx.now() });
      return new MachineRun(checked, ctx, wake, start, runOptions);
    },
    handlers: {
      send(ctx, event: AnyEventObject) {
        checkEvent(ctx, event);
        ctx.state.send(ctx, event);
      },
      next(ctx, _type?: string) { ctx.state.next(ctx); },
      snapshot(ctx, wanted?: { full?: boolean }): unknown {
        if (!isFullWanted(ctx, wanted)) return ctx.state.state;
        try {
          return { ...ctx.state.state, full: ctx.state.full };
        } catch (error) {
          throw ctx.refuse('not_restorable', toError(error).message);
        }
      },
      waitFor(ctx, target: Target<AnyActorLogic>, timeout: Duration = '5s'): Promise<unknown> {
        checkTarget(ctx, target);
        return ctx.state.waitFor(ctx, target, checkTimeout(ctx, timeout));
      },
      async *changes({ state, signal }): AsyncGenerator { yield* state.changes(signal); },
      can(ctx, event: AnyEventObject): boolean {
        checkEvent(ctx, event);
        try {
          return ctx.state.can(event);
        } catch (error) {
          throw ctx.refuse('guard_failed', toError(error).message);
        }
      },
      output(ctx): Promise<unknown> { return ctx.state.output(ctx); },
      async *emitted({ state, signal }): AsyncGenerator<AnyEventObject> { yield* state.emitted(signal); },
      async *inspect({ state, signal }): AsyncGenerator<Inspected> { yield* state.inspect(signal); },
    },
    // They wait for what happens in the machine.
    timeouts: { waitFor: Infinity, output: Infinity, emitted: Infinity },
    signals: { down: ({ state }, { ref, reason }) => state.childEnded(ref, reason) },
    stop: ({ state }) => state.stop(),
  });
  return definition as unknown as MachineDefinition<L>;
}

const OPTIONS: ReadonlySet<string> = new Set(['name', 'title', 'mailbox', 'redact', 'strict', 'whenDone', 'restart']);
const RESTART: ReadonlySet<string> = new Set(['from']);

function titleOf(logic: AnyActorLogic): string {
  return 'id' in logic && typeof logic.id === 'string' && logic.id !== '(machine)' ? logic.id.replaceAll('/', '-') : 'machine';
}
