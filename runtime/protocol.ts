import type { Account } from './account.ts';
import type { ActorFacts, ActorSnapshot, Handling } from '../core/actor-snapshot.ts';
import type { CrashScene } from './crash-scene.ts';
import type { DeadLetterReason } from '../core/envelope.ts';
import type { Decision } from '../core/decision.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { HostInfo } from '../core/host-info.ts';
import type { HostSettings } from '../core/host-options.ts';
import type { LogEntry } from '../core/log.ts';
import type { ActorSeed, Order, Request, StoredValue } from './control.ts';
import type { ShapeData } from '../core/shape.ts';
import type { Supervision } from '../core/restart.ts';
import { LOG_LEVELS, LOG_THRESHOLDS } from '../core/log.ts';
import { MAX_ARGS_TEXT } from './crash-scene.ts';
import { MAX_ASK_STACK } from './ask-stack.ts';
import { MAX_RECENT } from '../core/recent-handlers.ts';
import { ProtocolError } from '../core/errors.ts';
import { isMovable } from '../core/sendable.ts';

/*
 * What another host says beside messages, checked before anybody acts on it: a host that sends rubbish must not
 * take others with it.
 */

/** @throws {ProtocolError} `value` isn't what a kernel asks or reports. */
export function requestOf(value: unknown): Request {
  if (isRequest(value)) return value as Request;
  throw new ProtocolError('Cannot read a request of another host: it is malformed');
}

/** @throws {ProtocolError} `value` isn't what the authority orders. */
export function orderOf(value: unknown): Order {
  if (isOrder(value)) return value as Order;
  throw new ProtocolError('Cannot read an order of the main thread: it is malformed');
}

/** @throws {ProtocolError} `value` isn't a shape. */
export function shapeOf(value: unknown): ShapeData {
  if (isShape(value)) return value as ShapeData;
  throw new ProtocolError('Cannot read a shape: it is malformed');
}

/** @throws {ProtocolError} `value` isn't where an ask was made. */
export function askStackOf(value: unknown): string {
  if (isAskStack(value)) return value as string;
  throw new ProtocolError('Cannot read where an ask was made: it is malformed');
}

/** Whether `value` can be the number of a slot, of a host, of an incarnation. */
export function isNumber32(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}

type Check = (value: unknown) => boolean;

/** The checks of an object's fields. One that may be absent takes `undefined`. */
type Fields<T> = { readonly [K in Exclude<keyof T, 'type' | 'kind' | 'status'>]-?: Check };

const isText: Check = (value) => typeof value === 'string';
const isTextUpTo = (length: number): Check => (value) => typeof value === 'string' && value.length <= length;
const isBoolean: Check = (value) => typeof value === 'boolean';
/** Milliseconds, or a count: `>= 0`, perhaps without end. */
const isAmount: Check = (value) => typeof value === 'number' && value >= 0;
const isTexts: Check = (value) => isObject(value) && Object.values(value as object).every(optional(isText));
const isRequestNumber: Check = (value) => Number.isSafeInteger(value);
const isError: Check = (value) => value instanceof Error;
const isObject: Check = (value) => typeof value === 'object' && value !== null;
const isListOf = (isItem: Check): Check => (value) => Array.isArray(value) && isDense(value) && value.every(isItem);
const isOneOf = (...literals: readonly string[]): Check => (value) => literals.includes(value as string);
const optional = (is: Check): Check => (value) => value === undefined || is(value);
const nullable = (is: Check): Check => (value) => value === null || is(value);

/** A length alone may be any number: nobody walks over four thousand million holes. */
function isDense(list: readonly unknown[]): boolean {
  return Object.keys(list).length >= list.length;
}

function has(fields: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(fields);
  return (value) => isObject(value) && checks.every(([key, is]) => is(fieldOf(value as object, key)));
}

/** Own fields alone: nothing is looked for in a prototype. */
function fieldOf(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function tagged(tag: string, variants: Readonly<Record<string, Readonly<Record<string, Check>>>>): Check {
  const checks = new Map(Object.entries(variants).map(([name, fields]) => [name, has(fields)]));
  return (value) => isObject(value) && checks.get(fieldOf(value as object, tag) as string)?.(value) === true;
}

type OfType<U, T> = U extends { type: infer Types } ? T extends Types ? U : never : never;
type Variants<U extends { type: string }> = { readonly [T in U['type']]: Fields<OfType<U, T>> };
type Reasons = { readonly [K in ExitReason['kind']]: Fields<Extract<ExitReason, { kind: K }>> };

const isReason = tagged('kind', {
  normal: {},
  shutdown: {},
  killed: {},
  error: { error: isError },
  stalled: { at: optional(isText), stack: optional(isText) },
  host_down: { code: nullable(Number.isInteger), signal: nullable(isText), error: optional(isError) },
  intensity: { child: isText, restarts: isAmount, withinMs: isAmount },
} satisfies Reasons);

const isNotice = tagged('status', {
  up: { host: isNumber32, incarnation: isNumber32, isDaemon: isBoolean },
  restarting: { reason: isReason },
  stopped: { reason: isReason },
  dead: { reason: isReason },
});

const hasShapeFields = has({ title: isText, handlers: isListOf(isText), highWater: isAmount } satisfies Fields<ShapeData>);

/** Two handlers of one name would make a ref that can't be used. */
function isShape(value: unknown): boolean {
  if (!hasShapeFields(value)) return false;
  const { handlers } = value as ShapeData;
  return new Set(handlers.map((text) => text.replace(/^\*/, ''))).size === handlers.length;
}

const isBytes: Check = (value) => value instanceof Uint8Array;
const isStored = has({
  bytes: isBytes, shapes: isListOf(isShape), shared: isListOf((value) => value instanceof SharedArrayBuffer),
} satisfies Fields<StoredValue>);
const isSeed = has({
  id: optional(has({ url: isText, key: isText })), shape: isShape, input: optional(isStored),
} satisfies Fields<ActorSeed>);
const isIdentity = has({ slot: isNumber32, path: isText, shape: isShape });
const isAccount = has({
  sent: isAmount, handled: isAmount, rejected: isAmount, deadLetters: isAmount, queued: isAmount, lateReplies: isAmount,
} satisfies Fields<Account>);
/** The numbers of started messages, by slot. */
const isStarted: Check = (value) => value instanceof Map
  && Array.from(value as Map<unknown, unknown>).every((entry) => entry.every(isNumber32));
const isSettings = has({
  env: (value) => value === 'inherit' || isTexts(value), cwd: optional(isText), execArgv: isListOf(isText),
  memoryMb: optional(isAmount), output: optional((value) => isMovable(value) && 'tell' in value),
} satisfies Fields<HostSettings>);
const isOtherHost = has({ kind: isOneOf('thread', 'process') });
const isPlace: Check = (value) => has({ kind: isOneOf('local') })(value)
  || (isOtherHost(value) && (has({ settings: isSettings })(value) || has({ set: isNumber32 })(value)));
const factFields = {
  incarnation: isNumber32, status: isOneOf('starting', 'running', 'stopping', 'restarting'), suspended: isBoolean, state: () => true,
  mailbox: has({ queued: isAmount, stashed: isAmount, signals: isAmount } satisfies Fields<ActorFacts['mailbox']>),
  handling: isListOf(has({ handler: isText, sinceMs: isAmount } satisfies Fields<Handling>)),
  timers: has({ after: isAmount, every: isAmount, idle: isBoolean } satisfies Fields<ActorFacts['timers']>),
};
const isSnapshot = has({
  ...factFields, path: isText, host: optional(has({ id: isNumber32, kind: isOneOf('local', 'thread', 'process') })),
} satisfies Record<keyof ActorSnapshot, Check>);
const slot = { slot: isNumber32 };
const oneLife = { slot: isNumber32, incarnation: isNumber32 };
const inquired = { inquiry: isRequestNumber };
const requested = { request: isRequestNumber, ...slot };
const graced = { request: isRequestNumber, slot: isNumber32, graceMs: isAmount };

const isAskStack = isTextUpTo(MAX_ASK_STACK);
const isScene = has({
  message: optional(has({
    handler: isNumber32, args: optional(isTextUpTo(MAX_ARGS_TEXT)), isAsked: isBoolean, from: optional(isNumber32),
  } satisfies Fields<CrashScene['message'] & object>)),
  recent: (value) => isListOf(isNumber32)(value) && (value as number[]).length <= MAX_RECENT,
  stateBytes: optional(isAmount),
  askerStack: optional(isAskStack),
} satisfies Fields<CrashScene>);

const isDecision = tagged('kind', {
  restart: { restarts: isAmount, budgetLeft: isAmount, delayMs: isAmount },
  remove: {},
  give_up: { restarts: isAmount, withinMs: isAmount },
  auto_shutdown: {},
} satisfies { readonly [K in Decision['kind']]: Fields<Extract<Decision, { kind: K }>> });

const DEAD_LETTER_REASONS = {
  stopped: true, host_down: true, undecodable: true, mailbox_full: true, dropped: true,
} satisfies Record<DeadLetterReason, true>;

const isEvent = tagged('name', {
  dead_letter: {
    event: has({
      actor: optional(isText), handler: optional(isText), reason: isOneOf(...Object.keys(DEAD_LETTER_REASONS)), count: isAmount,
      maybeExecuted: isAmount,
    }),
  },
  overload: { event: has({ actor: isText, at: isOneOf('capacity', 'high_water'), limit: isAmount, waiting: isAmount }) },
  refused: { event: has({ actor: isText, handler: isText, code: isText, message: isText }) },
  late_reply: { event: has({ count: isAmount }) },
} satisfies { readonly [N in Extract<Request, { type: 'event' }>['name']]: object });

const isHostInfo = has({ kind: isOneOf('local', 'thread', 'process'), pid: isAmount, threadId: isAmount } satisfies Record<keyof HostInfo, Check>);
const isLogEntry = has({
  level: isOneOf(...LOG_LEVELS), actor: isText, incarnation: isNumber32, host: isHostInfo, seq: isAmount, at: Number.isFinite, message: isText,
  fields: isObject,
} satisfies Fields<LogEntry>);

const isSupervision = has({ restart: isOneOf('permanent', 'transient', 'temporary'), shutdownMs: isAmount } satisfies Fields<Supervision>);

const isReport = tagged('type', {
  spawn: {
    request: isRequestNumber, parent: isNumber32, parentIncarnation: isNumber32, key: optional(isText), name: optional(isText),
    seed: isSeed, saved: optional(isStored), place: isPlace, timeoutMs: isAmount, supervision: optional(isSupervision), isDaemon: isBoolean,
  },
  cancel: { request: isRequestNumber },
  restart: requested,
  shutdown: { ...graced, comesBack: (value) => isBoolean(value) || isReason(value) },
  stop: graced,
  rest: slot,
  remove: slot,
  kill: slot,
  watch: slot,
  unwatch: slot,
  suspend: requested,
  resume: requested,
  inspect: requested,
  obeyed: inquired,
  inspected: { ...inquired, facts: optional(has(factFields)) },
  monitor: { ...slot, by: isNumber32, incarnation: optional(isNumber32) },
  demonitor: { ...slot, by: isNumber32 },
  link: { ...slot, by: isNumber32 },
  unlink: { ...slot, by: isNumber32 },
  children: requested,
  whereis: { request: isRequestNumber, name: isText },
  join: { request: isRequestNumber, group: isText, ...slot },
  leave: { request: isRequestNumber, group: isText, ...slot },
  members: { request: isRequestNumber, group: isText },
  trap: { ...slot, trap: isBoolean },
  started: oneLife,
  saved: { ...oneLife, saved: isStored },
  ended: { ...oneLife, reason: isReason, wasStarting: isBoolean, scene: optional(isScene) },
  decided: { ...slot, reason: isReason, decision: isDecision },
  ready: {},
  busy: { isBusy: isBoolean },
  drained: {},
  ending: {},
  lost: { host: isNumber32, count: isAmount, maybeExecuted: isAmount },
  account: { request: isRequestNumber, account: isAccount },
  failing: { error: isError },
  log: { entry: isLogEntry },
  event: { name: isText, event: isObject },
} satisfies Variants<Request>);

const isRequest: Check = (value) => isReport(value) && ((value as Request).type !== 'event' || isEvent(value));

const isOrder = tagged('type', {
  start: {
    request: optional(isRequestNumber), ...oneLife, path: isText, seed: isSeed, saved: optional(isStored), isHeld: isBoolean,
    isDaemon: isBoolean, parent: optional(isIdentity),
  },
  spawned: { request: isRequestNumber, ...slot, path: isText, notice: isNotice },
  done: { request: isRequestNumber, reason: optional(isReason) },
  failed: { request: isRequestNumber, error: isError },
  found: { request: isRequestNumber, shape: optional(isShape), actors: isListOf(has({ slot: isNumber32, path: isText })) },
  children: { request: isRequestNumber, actors: isListOf(isIdentity) },
  slot: { ...slot, notice: isNotice },
  shutdown: oneLife,
  kill: oneLife,
  suspend: { ...inquired, ...oneLife },
  resume: { ...inquired, ...oneLife },
  inspect: { ...inquired, ...oneLife },
  snapshot: { request: isRequestNumber, snapshot: isSnapshot },
  retire: { ...slot, reason: isReason },
  exit: { ...slot, about: isIdentity, reason: isReason, lostHost: optional(isNumber32) },
  link_exit: { ...oneLife, about: isIdentity, reason: isReason },
  unlinked: { ...slot, from: isNumber32 },
  down: { ...slot, about: isIdentity, reason: isReason, incarnation: optional(isNumber32), restarting: isBoolean },
  host_gone: { host: isNumber32, reason: isReason, started: optional(isStarted) },
  account: { request: isRequestNumber },
  log_level: { level: isOneOf(...LOG_THRESHOLDS) },
  drain: {},
} satisfies Variants<Order>);
