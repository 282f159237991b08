import type { ActorRef, RefOf } from '../core/actor-ref.ts';
import type { Backoff } from '../core/backoff.ts';
import type { Child } from './child-spec.ts';
import type { Duration } from '../core/duration.ts';
import type { Exit } from '../core/signal.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { Intensity } from '../core/restart-intensity.ts';
import type { Strategy } from './strategy.ts';
import type { SupervisorContext } from '../core/child-slots.ts';
import { ChildSpec } from './child-spec.ts';
import { DEFAULT_BACKOFF, restartDelayMs } from '../core/backoff.ts';
import { Definition, refuseReservedName } from '../core/definition.ts';
import { StartFailedError, invalidOption } from '../core/errors.ts';
import { actor } from '../core/actor.ts';
import { checkFields, checkLiteral, checkObject } from '../core/options.ts';
import { PATIENT, addRestart, checkIntensity } from '../core/restart-intensity.ts';
import { shouldRestart } from './strategy.ts';

declare const brand: unique symbol;

/** A supervisor and all below it, as data. Made by {@link supervisor}. */
export interface Tree<C> {
  readonly [brand]: { tree: C };
}

/** A supervisor's children, and what happens when one ends. */
export interface SupervisorSpec<C> {
  /** The first part of its children's paths, when it is the root. */
  name?: string;
  /** Whom a child's failure affects. Default `'one_for_one'`: the child alone. */
  strategy?: Strategy;
  /**
   * How many restarts in how long before it gives up and ends with the reason `intensity`. Default 10 within 60 s, with
   * `backoff: false` 3 within 5 s.
   */
  intensity?: { restarts: number; within: Duration };
  /** `false` restarts at once, always. Default: at once, then after a growing, random delay. */
  backoff?: false;
  /** Started in this order, stopped in the reverse one. */
  children: C;
}

/** The refs to the children of a tree, under their keys. */
// Looked up in an object, so that the compiler prints the other name: its text then begins with the keys.
export type Children<C> = { refs: ChildrenNamed<keyof C, C> }['refs'];
type ChildrenNamed<_Keys, C> = {
  readonly [K in keyof C]: C[K] extends Child<infer D> ? RefOf<D>
    : C[K] extends Tree<infer C2> ? { readonly children: Children<C2> } : never;
};

/** {@link SupervisorSpec}, checked. */
export class TreeSpec {
  readonly name: string | undefined;
  readonly intensity: Intensity;
  readonly backoff: Backoff | false;
  readonly children: ReadonlyMap<string, ChildSpec | TreeSpec>;

  constructor(spec: SupervisorSpec<Record<string, unknown>>) {
    checkFields(spec, 'the spec of a supervisor', FIELDS);
    const { name, strategy = 'one_for_one', backoff, children, intensity } = spec;
    if (name !== undefined && (typeof name !== 'string' || name === '' || name.includes('/'))) {
      throw invalidOption('name of a supervisor', name, 'a text without "/"');
    }
    checkLiteral(strategy, 'strategy', STRATEGIES);
    if (backoff !== undefined && (backoff as unknown) !== false) throw invalidOption('backoff', backoff, 'false, or nothing');
    const defaultIntensity = backoff === undefined ? PATIENT : OTP_LIKE;
    this.name = name;
    this.backoff = backoff ?? DEFAULT_BACKOFF;
    this.intensity = checkIntensity(intensity === undefined ? defaultIntensity : intensity, 'a supervisor');
    const entries = Object.entries(checkObject(children, 'children of a supervisor'));
    this.children = new Map(entries.map(([key, child]) => [key, checkChild(key, child)]));
  }
}

const FIELDS: ReadonlySet<string> = new Set(['name', 'strategy', 'intensity', 'backoff', 'children']);
const STRATEGIES: readonly Strategy[] = ['one_for_one'];
/** Without backoff: OTP's and Elixir's way, where every retry is immediate. */
const OTP_LIKE = { restarts: 3, within: '5s' } as const;

/**
 * Describes a supervisor: its children, and what happens when one ends. Run it with `run`, or make it a child of another
 * one.
 *
 * @throws {TypeError | RangeError} A field isn't what it should be.
 * @throws {ActorError} `TROUPE_RESERVED_NAME`: a child's key.
 * @example
 * const shop = supervisor({
 *   name: 'shop',
 *   intensity: { restarts: 10, within: '60s' },
 *   children: {
 *     visits: child(Counter, { input: { start: 0 }, host: 'thread', shutdown: '1s' }),
 *     inner: supervisor({ children: { hits: child(Counter, { input: { start: 0 } }) } }),
 *   },
 * });
 */
export function supervisor<C extends Record<string, Child<unknown> | Tree<unknown>>>(spec: SupervisorSpec<C>): Tree<C> {
  return new TreeSpec(spec) as unknown as Tree<C>;
}

function checkChild(key: string, spec: unknown): ChildSpec | TreeSpec {
  refuseReservedName(key, 'a child');
  if (key.includes('/')) throw invalidOption('the key of a child', key, 'a text without "/"');
  if (spec instanceof ChildSpec || spec instanceof TreeSpec) return spec;
  const hint = spec instanceof Definition ? 'wrap it, child(Orders, { … })' : undefined;
  throw invalidOption(`child "${key}"`, spec, 'what child() or supervisor() returns', hint);
}

/** One child of a running supervisor. */
interface RunningChild {
  readonly key: string;
  readonly spec: ChildSpec;
  readonly ref: ActorRef<object>;
  /** Restarts in a row, without having been up for the window in between. */
  attempts: number;
  upSinceMs: number;
}

interface SupervisorState {
  readonly ctx: SupervisorContext;
  readonly tree: TreeSpec;
  readonly children: RunningChild[];
  /** Ends of hosts that have been counted: whatever lived there, each is one event. */
  readonly countedLosses: WeakSet<ExitReason>;
  /** When its children were restarted, newest first. */
  restarts: readonly number[];
  isStopping: boolean;
}

/** The refs of a running tree; a nested supervisor is again an object with `children`. */
export type RunningChildren = Record<string, unknown>;

/** What a root is called that has no name of its own: `app-1`. */
export const ROOT_TITLE = 'app';

/** A supervisor is an ordinary actor that traps exits. */
export const Supervisor = actor({
  name: ROOT_TITLE,
  async init(tree: TreeSpec, startCtx): Promise<SupervisorState> {
    const ctx = startCtx as SupervisorContext;
    ctx.trapExit(true);
    const state: SupervisorState = { ctx, tree, children: [], countedLosses: new WeakSet(), restarts: [], isStopping: false };
    // One after the other: each may rely on those before it. When one fails, those before it end in reverse order.
    for (const [key, spec] of tree.children) state.children.push(await startChild(ctx, key, spec));
    return state;
  },
  handlers: {
    async children(ctx): Promise<RunningChildren> {
      const entries = ctx.state.children.map(async ({ key, spec, ref }): Promise<[string, unknown]> => {
        if (spec.definition !== SUPERVISOR) return [key, ref];
        return [key, { children: await (ref as unknown as RefOf<typeof Supervisor>).ask.children() }];
      });
      return Object.fromEntries(await Promise.all(entries));
    },
  },
  signals: {
    exit({ state }, { ref, reason }: Exit) {
      const child = state.children.find((each) => each.ref.equals(ref));
      if (child === undefined) return;
      if (shouldRestart(child.spec.restart, reason)) {
        restart(state, child, reason).catch((error: unknown) => state.ctx.end({ kind: 'error', error: error as Error }));
      } else {
        state.children.splice(state.children.indexOf(child), 1);
        state.ctx.announce(ref, reason, { kind: 'remove' });
        state.ctx.children.remove(child.ref);
      }
    },
  },
  async stop({ state }) {
    state.isStopping = true;
    for (const { ref, spec } of state.children.toReversed()) await state.ctx.children.shutdown(ref, spec.shutdownMs);
  },
});
const SUPERVISOR = Definition.of(Supervisor);

/** A nested tree is a child like others, but it is given the time that its children need to stop. */
function specOfTree(tree: TreeSpec): ChildSpec {
  return new ChildSpec(SUPERVISOR, { input: tree, shutdown: 'infinity', start: Infinity });
}

async function startChild(ctx: SupervisorContext, key: string, given: ChildSpec | TreeSpec): Promise<RunningChild> {
  const spec = given instanceof TreeSpec ? specOfTree(given) : given;
  const { definition, input, place, startMs: timeoutMs } = spec;
  const ref = await ctx.children.start(key, { definition, input, place, timeoutMs });
  return { key, spec, ref, attempts: 0, upSinceMs: ctx.uptime() };
}

/** False when the supervisor has ended meanwhile. */
async function slept(ctx: SupervisorContext, ms: number): Promise<boolean> {
  return ctx.sleep(ms).then(() => true, () => false);
}

/** The end of its host, if that was it: the same object for all that were lost with one host, up or starting. */
function lossOf(reason: ExitReason): ExitReason | undefined {
  if (reason.kind === 'error') return reason.error instanceof StartFailedError ? reason.error.lost : undefined;
  return reason.kind === 'host_down' ? reason : undefined;
}

/** Starts a child again, as often as the budget allows. The supervisor goes on to answer meanwhile. */
async function restart(state: SupervisorState, child: RunningChild, cause: ExitReason): Promise<void> {
  const { ctx, tree: { intensity, backoff } } = state;
  if (ctx.uptime() - child.upSinceMs >= intensity.withinMs) child.attempts = 0;
  for (let reason: ExitReason = cause; !state.isStopping;) {
    const loss = lossOf(reason);
    const isCounted = loss !== undefined && state.countedLosses.has(loss);
    if (loss !== undefined) state.countedLosses.add(loss);
    const { times, isAllowed } = isCounted
      ? { times: state.restarts, isAllowed: true } : addRestart(state.restarts, ctx.uptime(), intensity);
    state.restarts = times;
    if (!isAllowed) {
      ctx.announce(child.ref, reason, { kind: 'give_up', restarts: times.length - 1, withinMs: intensity.withinMs });
      ctx.end({ kind: 'intensity', child: child.key, restarts: times.length - 1, withinMs: intensity.withinMs });
      return;
    }
    const delayMs = restartDelayMs(++child.attempts, ctx.random(), backoff);
    const budgetLeft = intensity.maxRestarts - times.length;
    ctx.announce(child.ref, reason, { kind: 'restart', restarts: times.length, budgetLeft, delayMs });
    if (delayMs > 0 && !await slept(ctx, delayMs)) return;
    if (state.isStopping) return;
    try {
      await ctx.children.restart(child.ref);
      child.upSinceMs = ctx.uptime();
      return;
    } catch (error) {
      reason = { kind: 'error', error: error as Error };
      // A missing module or a syntax error doesn't heal: trying on would only use up the budget.
      if (error instanceof StartFailedError && !error.canHeal) {
        ctx.announce(child.ref, reason, { kind: 'give_up', restarts: times.length, withinMs: intensity.withinMs });
        ctx.end(reason);
        return;
      }
    }
  }
}
