import type { ActorContext, InitContext } from './context.ts';
import type { ActorDefinition, ActorSpec } from './actor.ts';
import type { ActorRef, ApiOf } from './actor-ref.ts';
import type { DefinitionParts, Handler, Where } from './definition.ts';
import type { HostOptions } from './host-options.ts';
import type { HostOf } from './spawn-options.ts';
import type { Invocation } from './invocation.ts';
import type { Shape } from './shape.ts';
import { Definition } from './definition.ts';
import { DistantDefinition } from './distant-definition.ts';
import { checkFields, checkOptionalFunction } from './options.ts';
import { invalidOption, toError } from './errors.ts';

/** What a router is started with: meant for those that it passes messages on to. */
export interface RouterStart<I> {
  readonly input: I;
  /** Where they are to live, and what their hosts are given: for `ctx.spawn(definition, { input, ...options })`. */
  readonly options: HostOptions & { readonly host?: HostOf<'anywhere'> };
}

/** What a router is made of: what {@link router} takes. */
export interface RouterSpec<I, H, S> extends Pick<ActorSpec<RouterStart<I>, S, H>, 'signals' | 'stop'> {
  /** Makes the state; runs at each start and restart. */
  init: (start: RouterStart<I>, ctx: InitContext) => S | Promise<S>;
  /**
   * Who gets a message; a promise keeps it waiting. What it throws, or rejects with, is the answer to an ask, and an entry of the log for a
   * tell: the router goes on.
   */
  route: (ctx: ActorContext<S>, handler: string, args: readonly unknown[]) => ActorRef<ApiOf<H>> | Promise<ActorRef<ApiOf<H>>>;
  /** Told when an ask or a stream that went to `ref` has come to its end, and when a tell has gone there. */
  settled?: (ctx: ActorContext<S>, ref: ActorRef<ApiOf<H>>) => void;
}

/**
 * Defines an actor that stands for others of one definition: it has their handlers, and passes on all that it is told and asked, streams
 * included. Those who send to it see no difference. It lives where it is started from, whatever `host` says: that is for those it stands
 * for.
 *
 * Asks take their deadlines and signals along, and whatever comes of them is passed back as it is. Between threads, a buffer of
 * `transfer()` moves to the router, and is copied from there.
 *
 * @throws {TypeError} A field of the spec isn't what it should be.
 * @example
 * const Twins = router(Counter, {
 *   init: async ({ input, options }, ctx) => ({
 *     even: await ctx.spawn(Counter, { input, ...options }), odd: await ctx.spawn(Counter, { input, ...options }),
 *   }),
 *   route: ({ state }, _handler, [by]) => Number(by) % 2 === 0 ? state.even : state.odd,
 * });
 * await using twins = await spawn(Twins, { input: { start: 0 } });
 * await twins.ask.increment(4);
 * await twins.ask.increment(3); // 3
 */
export function router<I, H, S>(definition: ActorDefinition<I, H, Where>, spec: RouterSpec<I, H, S>): ActorDefinition<I, H, 'anywhere'>;
export function router(definition: unknown, spec: unknown): unknown {
  const target = DistantDefinition.of(definition);
  const { shape } = target;
  const { init, route, settled, signals = {}, stop } = checkFields(spec, 'the spec of a router', FIELDS);
  for (const [name, run] of Object.entries({ init, route })) {
    if (typeof run !== 'function') throw invalidOption(`${name} of a router`, run, 'a function');
  }
  const { down, exit } = checkFields(signals, 'signals of a router', SIGNALS);
  const pass = { route: route as Route, settled: checkOptionalFunction(settled as Settled | undefined, 'settled of a router') };
  return new Definition(undefined, {
    name: undefined, title: shape.title,
    init: init as DefinitionParts['init'],
    handlers: shape.handlers.map((_, handler) => passOn(shape, handler, pass)),
    down: checkOptionalFunction(down as DefinitionParts['down'], 'signals.down of a router'),
    exit: checkOptionalFunction(exit as DefinitionParts['exit'], 'signals.exit of a router'),
    stop: checkOptionalFunction(stop as DefinitionParts['stop'], 'stop of a router'),
    redact: undefined, concurrency: 1, highWater: shape.highWater, mailbox: { capacity: Infinity, overflow: 'reject', stash: 1 },
  }, target);
}

const FIELDS: ReadonlySet<string> = new Set(['init', 'route', 'settled', 'signals', 'stop']);
const SIGNALS: ReadonlySet<string> = new Set(['down', 'exit']);

type Calls = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
interface Target extends ActorRef<object> {
  with(options: object): Target;
  readonly ask: Calls;
  readonly tell: Calls;
}
type Route = (ctx: Invocation, handler: string, args: readonly unknown[]) => Target | Promise<Target>;
type Settled = (ctx: Invocation, ref: Target) => void;
interface Pass {
  readonly route: Route;
  readonly settled: Settled | undefined;
}

function passOn(shape: Shape, handler: number, pass: Pass): Handler {
  const name = shape.nameOf(handler);
  const timeoutMs = shape.timeoutMsOf(handler);
  if (shape.isStream(handler)) return { name, timeoutMs, mode: 'stream', run: (ctx, ...args) => stream(ctx as Invocation, name, args, pass) };
  return {
    name, timeoutMs, mode: 'sync',
    run: (ctx, ...args) => (ctx as Invocation).envelope?.kind === 'tell' ? tell(ctx as Invocation, name, args, pass) : ask(ctx as Invocation, name, args, pass),
  };
}

function tell(ctx: Invocation, name: string, args: readonly unknown[], { route, settled }: Pass): void {
  const send = (to: Target): void => {
    to.tell[name]?.(...args);
    settled?.(ctx, to);
  };
  find(ctx, name, args, route, send, (error) => ctx.log.error({ err: toError(error), handler: name }, 'no way for a message that was told'));
}

function ask(ctx: Invocation, name: string, args: readonly unknown[], { route, settled }: Pass): Promise<unknown> {
  const later = ctx.later<unknown>();
  const failed = (error: unknown): void => later.reject(toError(error));
  const send = (to: Target): void => {
    const reply = later.run(() => to.with({ timeout: Infinity }).ask[name]?.(...args)) as Promise<unknown>;
    reply.finally(() => settled?.(ctx, to)).then((value) => later.resolve(value), failed);
  };
  find(ctx, name, args, route, send, failed);
  return later.promise;
}

/** Sends to whom `route` names; at once, unless it must wait for that itself. */
function find(
  ctx: Invocation, name: string, args: readonly unknown[], route: Pass['route'], send: (to: Target) => void, failed: (error: unknown) => void,
): void {
  try {
    const to = route(ctx, name, args);
    if (to instanceof Promise) to.then(send).catch(failed);
    else send(to);
  } catch (error) {
    failed(error);
  }
}

async function* stream(ctx: Invocation, name: string, args: readonly unknown[], { route, settled }: Pass): AsyncGenerator {
  const to = await route(ctx, name, args);
  try {
    // Its signal reaches the stream even while the next item is waited for.
    yield* to.with({ timeout: Infinity, signal: ctx.signal }).ask[name]?.(...args) as AsyncIterable<unknown>;
  } finally {
    settled?.(ctx, to);
  }
}
