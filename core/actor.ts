import type { ActorContext, StartContext } from './context.ts';
import type { ExitReason } from './exit-reason.ts';
import type { CheckHandlers, CheckItem } from './sendable.ts';
import type { Down, Exit } from './signal.ts';
import type { DefinitionParts, Handler, ModuleMeta, Where } from './definition.ts';
import { Definition, refuseReservedName } from './definition.ts';
import { invalidOption } from './errors.ts';

declare const brand: unique symbol;

/** The code that an actor runs, as a value: spawn it, put it into a tree. Made by {@link actor}. */
export interface ActorDefinition<I, H, W extends Where> {
  readonly [brand]: { input: I; handlers: H; where: W };
}

type Handlers<S> = Record<string, (ctx: ActorContext<S>, ...args: never[]) => unknown>;

export interface ActorSpec<I, S, H> {
  /** Identifies the definition within its module. Default: its handlers' names. */
  name?: string;
  /** Makes the state; runs at each start and restart. */
  init: (input: I, ctx: StartContext) => S | Promise<S>;
  /** What others may ask and tell. A generator function answers with a stream. */
  handlers: H;
  /** What the runtime tells the actor: ends of monitored actors, and of children once exits are trapped. */
  signals?: {
    down?: (ctx: ActorContext<S>, down: Down) => void | Promise<void>;
    exit?: (ctx: ActorContext<S>, exit: Exit) => void | Promise<void>;
  };
  /** Cleanup before the end, with a deadline. Also runs after a crash; not when killed. */
  stop?: (ctx: ActorContext<S>, reason: ExitReason) => void | Promise<void>;
  /** `highWater`: how many unhandled messages one sender may have here before `tell` returns false. Default 1,024. */
  mailbox?: { highWater?: number };
  /** How many messages may be in their handlers at once. Default 1. */
  concurrency?: number;
}

/**
 * Defines an actor: data and functions.
 *
 * Call it at the top level of a module. Its actors can live on any host: another host finds the definition by
 * the module's URL and the definition's name, so nothing is turned into text and evaluated. Without
 * `import.meta` the definition is local only, by type, and its messages may hold functions.
 *
 * In the literal, `init` stands before `handlers`: the state's type comes from it.
 *
 * @throws {TypeError} A field of the spec isn't what it should be.
 * @throws {ActorError} `TROUPE_RESERVED_NAME`, `TROUPE_DUPLICATE_DEFINITION`.
 * @example
 * export const Counter = actor(import.meta, {
 *   init: (input: { start: number }) => ({ n: input.start }),
 *   handlers: {
 *     increment(ctx, by: number = 1) { return (ctx.state.n += by); },
 *     value: (ctx) => ctx.state.n,
 *   },
 * });
 */
// `H` stands unconstrained and `CheckHandlers` looks at `NoInfer<H>`, or every `ctx` in the literal loses its type.
export function actor<I, S, H>(
  meta: ModuleMeta,
  spec: { init: CheckItem<NoInfer<I>, 'input of init'> }
    & ActorSpec<I, S, H & Handlers<S> & CheckHandlers<NoInfer<H>>
      & ThisType<{ 'handlers are plain functions: call a shared function instead of this': never }>>,
): ActorDefinition<I, H, 'anywhere'>;
export function actor<I, S, H>(spec: ActorSpec<I, S, H & Handlers<S>>): ActorDefinition<I, H, 'local'>;
export function actor(metaOrSpec: unknown, specOrNothing?: unknown): unknown {
  const isLocal = specOrNothing === undefined;
  const meta = isLocal ? undefined : checkMeta(metaOrSpec);
  return new Definition(meta, checkSpec(isLocal ? metaOrSpec : specOrNothing));
}

function checkMeta(value: unknown): ModuleMeta {
  if (isObject(value) && typeof value['url'] === 'string') return value as unknown as ModuleMeta;
  throw invalidOption('the first argument of actor()', value, 'import.meta');
}

const FIELDS: ReadonlySet<string> = new Set([
  'name', 'init', 'handlers', 'signals', 'stop', 'mailbox', 'concurrency',
]);
const DEFAULT_HIGH_WATER = 1_024;

function checkSpec(spec: unknown): DefinitionParts {
  if (!isObject(spec)) throw invalidOption('the spec of an actor', spec, 'an object with init and handlers');
  for (const field of Object.keys(spec)) {
    if (!FIELDS.has(field)) throw invalidOption('the spec of an actor', field, `only ${[...FIELDS].join(', ')}`);
  }
  const { name, init, handlers, signals = {}, stop, mailbox = {}, concurrency = 1 } = spec;
  if (name !== undefined && (typeof name !== 'string' || name === '')) {
    throw invalidOption('name of an actor', name, 'a text that is not empty');
  }
  if (typeof init !== 'function') throw invalidOption('init of an actor', init, 'a function');
  if (!isObject(handlers)) throw invalidOption('handlers of an actor', handlers, 'an object of functions');
  if (!isObject(signals)) throw invalidOption('signals of an actor', signals, 'an object of functions');
  if (!isObject(mailbox)) throw invalidOption('mailbox of an actor', mailbox, 'an object');
  const { highWater = DEFAULT_HIGH_WATER } = mailbox;
  return {
    name,
    init: init as DefinitionParts['init'],
    handlers: Object.entries(handlers).map(([key, run]) => checkHandler(key, run)),
    down: checkOptional('signals.down', signals['down']),
    exit: checkOptional('signals.exit', signals['exit']),
    stop: checkOptional('stop', stop),
    concurrency: checkCount('concurrency', concurrency),
    highWater: checkCount('mailbox.highWater', highWater),
  };
}

function checkHandler(name: string, run: unknown): Handler {
  refuseReservedName(name, 'a handler');
  if (typeof run !== 'function') throw invalidOption(`handler "${name}"`, run, 'a function');
  return { name, run: run as Handler['run'], mode: modeOf(run) };
}

/** The function's own kind tells a stream from a call before anything is sent; tsx, vitest and esbuild keep it. */
function modeOf(run: object): Handler['mode'] {
  switch (run.constructor.name) {
    case 'GeneratorFunction':
    case 'AsyncGeneratorFunction': return 'stream';
    case 'AsyncFunction': return 'async';
    default: return 'sync';
  }
}

function checkOptional(name: string, value: unknown): ((ctx: unknown, about: unknown) => unknown) | undefined {
  if (value === undefined || typeof value === 'function') return value as ReturnType<typeof checkOptional>;
  throw invalidOption(`${name} of an actor`, value, 'a function');
}

function checkCount(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 1 && (Number.isInteger(value) || value === Infinity)) return value;
  throw invalidOption(`${name} of an actor`, value, 'a whole number >= 1, or Infinity');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
