import type { ActorContext, Later } from '../../core/context.ts';
import type { ActorHandle } from '../../core/actor-ref.ts';
import type { ActorDefinition } from '../../core/actor.ts';
import type { Cancel } from '../../core/clock.ts';
import type { Down } from '../../core/signal.ts';
import type { Party } from './party.ts';
import type { TaskRunner } from '../task.ts';
import { Belongings } from './belongings.ts';
import { BrokenBarrierError } from '../../core/errors.ts';
import { actor } from '../../core/actor.ts';
import { ownMeta } from '../../core/own-meta.ts';

/** What is done when all have come: a task, by its address. */
export interface BarrierAction {
  readonly runner: TaskRunner;
  readonly name: string;
}

export interface BarrierInput {
  readonly parties: number;
  readonly action?: BarrierAction | undefined;
  /** How long each may wait that doesn't say so itself. */
  readonly timeoutMs?: number | undefined;
}

/** One that has come. */
interface Arrival {
  readonly party: Party | undefined;
  readonly later: Later<number>;
  readonly cancel: Cancel;
}

/** Why it is broken. */
interface Break {
  readonly why: string;
  readonly cause?: unknown;
}

interface BarrierState extends BarrierInput {
  /** Those who have come, in their order. */
  arrivals: Set<Arrival>;
  /** Those for whom the action is being done. */
  acting: Set<Arrival> | undefined;
  /** Who does that. */
  performer: ActorHandle<object> | undefined;
  readonly belongings: Belongings<Arrival>;
  broken: Break | undefined;
}

type Ctx = ActorContext<BarrierState>;

/** Lets those who come wait for each other, so many at a time. */
export const BarrierActor = actor(ownMeta(import.meta), {
  name: 'troupe.barrier',
  title: 'barrier',
  init: (input: BarrierInput): BarrierState => ({ ...input, arrivals: new Set(), acting: undefined, performer: undefined, belongings: new Belongings(), broken: undefined }),
  handlers: {
    /** Its place among those it has waited with, from 0. */
    wait(ctx, party: Party | undefined, timeoutMs: number | undefined): Promise<number> {
      const { state } = ctx;
      const later = ctx.later<number>(() => { if (isHere(state, arrival)) breakUp(ctx, { why: leftBy(party) }); });
      const limitMs = timeoutMs ?? state.timeoutMs ?? Infinity;
      const cancel = ctx.after(limitMs, (then) => { breakUp(then, { why: `not all parties came within ${limitMs} ms` }); });
      const arrival: Arrival = { party, later, cancel };
      if (state.broken !== undefined) {
        tell(ctx, arrival, state.broken);
      } else {
        state.arrivals.add(arrival);
        state.belongings.add(ctx, arrival);
        begin(ctx);
      }
      return later.promise;
    },
    /** How many wait. */
    waiting: ({ state }): number => state.arrivals.size + (state.acting?.size ?? 0),
    isBroken: ({ state }): boolean => state.broken !== undefined,
    abort(ctx): void {
      breakUp(ctx, { why: 'it was aborted' });
    },
    reset(ctx): void {
      breakUp(ctx, { why: 'it was reset' });
      ctx.state.broken = undefined;
    },
    /** What is told by itself: so nobody's wait is the action's time. */
    act(ctx): void {
      const { state: { acting, action } } = ctx;
      if (acting === undefined || action === undefined) return;
      const goOn = (): void => { if (ctx.state.acting === acting) open(ctx, acting); };
      const fail = (cause: unknown): void => { if (ctx.state.acting === acting) breakUp(ctx, { why: 'its action has failed', cause }); };
      void perform(ctx, action, acting).then(goOn, fail);
    },
  },
  signals: {
    down(ctx, down: Down): void {
      const [one] = ctx.state.belongings.ended(ctx, down);
      if (one !== undefined) breakUp(ctx, { why: leftBy(one.party) });
    },
  },
});

/** What a barrier is asked, for those who have it. */
export type BarrierHandlers = typeof BarrierActor extends ActorDefinition<infer _I, infer H, infer _W> ? H : never;

/** One that has given up, or ended: the one comes with the other. */
function leftBy(party: Party | undefined): string {
  return `${party?.name ?? 'the program'} waits no more`;
}

function isHere({ arrivals, acting }: BarrierState, arrival: Arrival): boolean {
  return arrivals.has(arrival) || acting?.has(arrival) === true;
}

/** If all are there, they go on, after the action. Those who come during that are of the next time. */
function begin(ctx: Ctx): void {
  const { state } = ctx;
  if (state.acting !== undefined || state.arrivals.size < state.parties) return;
  const all = [...state.arrivals];
  state.acting = new Set(all.slice(0, state.parties));
  state.arrivals = new Set(all.slice(state.parties));
  // They have come in time; how long the action takes is its own affair.
  for (const { cancel } of state.acting) cancel();
  if (state.action === undefined) open(ctx, state.acting);
  else ctx.self.as(BarrierActor).tell.act();
}

/** They go on. */
function open(ctx: Ctx, parties: Set<Arrival>): void {
  ctx.state.acting = undefined;
  for (const [index, arrival] of [...parties].entries()) {
    leave(ctx, arrival);
    arrival.later.resolve(index);
  }
  begin(ctx);
}

/** All who wait are told, and whoever comes later. */
function breakUp(ctx: Ctx, reason: Break): void {
  const { state } = ctx;
  const all = [...state.acting ?? [], ...state.arrivals];
  state.broken = reason;
  state.acting = undefined;
  state.performer?.kill();
  state.arrivals = new Set();
  for (const arrival of all) tell(ctx, arrival, reason);
}

function tell(ctx: Ctx, arrival: Arrival, { why, cause }: Break): void {
  leave(ctx, arrival);
  arrival.later.reject(new BrokenBarrierError(ctx.name, why, cause === undefined ? undefined : { cause }));
}

function leave({ state }: Ctx, arrival: Arrival): void {
  arrival.cancel();
  state.belongings.delete(arrival);
}

/** Does what those who are `acting` wait for, as long as they do. */
async function perform(ctx: Ctx, { runner, name }: BarrierAction, acting: Set<Arrival>): Promise<void> {
  const { state } = ctx;
  const performer = await ctx.spawn(runner);
  try {
    if (state.acting !== acting) return;
    state.performer = performer;
    const options = { spreads: true, stopsAtError: true };
    const { failures: [failure] } = await performer.with({ timeout: Infinity }).ask['pool:eachAsync'](name, [[]], options);
    if (failure !== undefined) throw failure.error;
  } finally {
    await performer.stop();
  }
}
