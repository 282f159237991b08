import type { ActorContext, InitContext } from './context.ts';
import type { ExitReason } from './exit-reason.ts';
import type { CheckHandlers, CheckItem, Sendable } from './sendable.ts';
import type { Down, Exit } from './signal.ts';
import type { MailboxLimit, Overflow } from './mailbox.ts';
import type { DefinitionParts, Handler, ModuleMeta, Where } from './definition.ts';
import { Definition, checkMeta, modeOf, refuseReservedName } from './definition.ts';
import { checkFields, checkLimit, checkLiteral, checkObject, checkOptionalFunction } from './options.ts';
import type { Duration } from './duration.ts';
import { invalidOption } from './errors.ts';
import { toPositiveMs } from './duration.ts';

declare const brand: unique symbol;

/**
 * The code that an actor runs, as a value: spawn it, put it into a tree. One that isn't local only may be sent, too: whoever gets it
 * starts its actors, and the module is loaded then. Made by {@link actor}.
 */
export interface ActorDefinition<I, H, W extends Where> extends Sendable {
  readonly [brand]: { input: I; handlers: H; where: W };
}

type Handlers<S> = Record<string, (ctx: ActorContext<S>, ...args: never[]) => unknown>;

/** What an actor is made of: what {@link actor} takes. */
export interface ActorSpec<I, S, H> {
  /** Identifies the definition within its module. Default: its handlers' names. */
  name?: string;
  /** What its actors are called in paths and texts, where they have no name of their own: `title-1`. Default: the `name`, else the file's. */
  title?: string;
  /** Makes the state; runs at each start and restart. */
  init: (input: I, ctx: InitContext) => S | Promise<S>;
  /** What others may ask and tell. A generator function answers with a stream. */
  handlers: H;
  /** What the runtime tells the actor: ends of monitored actors, and, once exits are trapped, of children and linked actors. */
  signals?: {
    down?: (ctx: ActorContext<S>, down: Down) => void | Promise<void>;
    exit?: (ctx: ActorContext<S>, exit: Exit) => void | Promise<void>;
  };
  /**
   * Cleanup before the end. Also runs after a crash; not when killed. After a crash and `ctx.stop()` it has 5 s, else the
   * `grace` of whoever stops the actor, or its supervisor's `shutdown`.
   */
  stop?: (ctx: ActorContext<S>, reason: ExitReason) => void | Promise<void>;
  /**
   * What stands for the arguments of a message in a crash report; when it throws, nothing does. Nothing else of a message is
   * in a report, but for what the error itself says. Default: the arguments, up to 1 KB of text.
   */
  redact?: (handler: string, args: readonly unknown[]) => readonly unknown[];
  mailbox?: MailboxOptions;
  /**
   * How long asks of some handlers wait where the asker doesn't say it, by their names; `Infinity`: for as long as the handler takes. A
   * stream's is for its first item. Default 5 s.
   */
  timeouts?: Readonly<Partial<Record<keyof NoInfer<H> & string, Duration>>>;
  /** How many messages may be in their handlers at once. Default 1. */
  concurrency?: number;
}

/** How much may wait for an actor. Signals never count, and are never dropped. */
export interface MailboxOptions {
  /**
   * Above how many unhandled messages `tell` returns false: those of one host, or, on the actor's own host, all that wait.
   * Default 1,024, never more than `capacity - 1`: with a capacity of 1 it is always false.
   */
  highWater?: number;
  /**
   * How many messages may wait here at all, whoever sent them; `overflow` says what happens to one more. Default no
   * limit.
   */
  capacity?: number;
  /**
   * `'reject'` refuses the message that finds no place, `'drop_newest'` drops it, `'drop_oldest'` drops the one that has
   * waited longest instead. An ask then rejects with {@link MailboxFullError}, `executed: 'no'`; a tell is a dead
   * letter. Default `'reject'`.
   */
  overflow?: Overflow;
  /**
   * How many messages `ctx.stash()` may put aside; one more is a {@link StashFullError}. They count for no other limit of the
   * mailbox, neither there nor when they are back. Default 1,024.
   */
  stash?: number;
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
  const meta = isLocal ? undefined : checkMeta(metaOrSpec, 'actor()');
  return new Definition(meta, checkSpec(isLocal ? metaOrSpec : specOrNothing));
}

const FIELDS: ReadonlySet<string> = new Set([
  'name', 'title', 'init', 'handlers', 'signals', 'stop', 'redact', 'mailbox', 'timeouts', 'concurrency',
]);
const SIGNALS: ReadonlySet<string> = new Set(['down', 'exit']);
const MAILBOX: ReadonlySet<string> = new Set(['highWater', 'capacity', 'overflow', 'stash']);
const OVERFLOWS: readonly Overflow[] = ['reject', 'drop_oldest', 'drop_newest'];
const DEFAULT_HIGH_WATER = 1_024;
const DEFAULT_STASH = 1_024;

function checkSpec(spec: unknown): DefinitionParts {
  const { name, title, init, handlers, signals = {}, stop, redact, mailbox = {}, timeouts = {}, concurrency = 1 } = checkFields(spec, 'the spec of an actor', FIELDS);
  for (const [field, text] of Object.entries({ name, title })) {
    if (text !== undefined && (typeof text !== 'string' || text === '')) throw invalidOption(`${field} of an actor`, text, 'a text that is not empty');
  }
  if (typeof init !== 'function') throw invalidOption('init of an actor', init, 'a function');
  const { down, exit } = checkFields(signals, 'signals of an actor', SIGNALS);
  return {
    name: name as string | undefined,
    ...title === undefined ? {} : { title: title as string },
    init: init as DefinitionParts['init'],
    handlers: checkHandlers(checkObject(handlers, 'handlers of an actor'), timeouts),
    down: checkOptionalFunction(down as DefinitionParts['down'], 'signals.down of an actor'),
    exit: checkOptionalFunction(exit as DefinitionParts['exit'], 'signals.exit of an actor'),
    stop: checkOptionalFunction(stop as DefinitionParts['stop'], 'stop of an actor'),
    redact: checkOptionalFunction(redact as DefinitionParts['redact'], 'redact of an actor'),
    concurrency: checkLimit(concurrency, 'concurrency of an actor'),
    ...checkMailbox(mailbox),
  };
}

function checkMailbox(options: unknown): { readonly highWater: number; readonly mailbox: MailboxLimit } {
  const fields = checkFields(options, 'mailbox of an actor', MAILBOX);
  const { highWater = DEFAULT_HIGH_WATER, capacity = Infinity, overflow = 'reject', stash = DEFAULT_STASH } = fields;
  const limit = {
    capacity: checkLimit(capacity, 'mailbox.capacity of an actor'),
    overflow: checkLiteral(overflow, 'mailbox.overflow of an actor', OVERFLOWS),
    stash: checkLimit(stash, 'mailbox.stash of an actor'),
  };
  // One sender alone, who heeds what `tell` returns, never meets a full mailbox.
  return { highWater: Math.min(checkLimit(highWater, 'mailbox.highWater of an actor'), limit.capacity - 1), mailbox: limit };
}

function checkHandlers(handlers: Record<string, unknown>, timeouts: unknown): Handler[] {
  const limits = checkFields(timeouts, 'timeouts of an actor', new Set(Object.keys(handlers)));
  return Object.entries(handlers).map(([name, run]) => checkHandler(name, run, limits[name]));
}

function checkHandler(name: string, run: unknown, timeout: unknown): Handler {
  refuseReservedName(name, 'a handler');
  if (typeof run !== 'function') throw invalidOption(`handler "${name}"`, run, 'a function');
  const timeoutMs = timeout === undefined ? undefined : toPositiveMs(timeout as Duration, `timeouts.${name} of an actor`);
  return { name, run: run as Handler['run'], mode: modeOf(run), timeoutMs };
}
