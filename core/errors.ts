import type { ActorRef } from './actor-ref.ts';

/**
 * Every error that a caller may handle. Callers match on `code`: `instanceof` doesn't survive a thread
 * boundary in user code, a string does. Each code has a row in docs/errors.md with its cause and its cure.
 */
export type ErrorCode =
  | 'TROUPE_ACTOR_STOPPED'
  | 'TROUPE_UNAVAILABLE'
  | 'TROUPE_MAILBOX_FULL'
  | 'TROUPE_STASH_FULL'
  | 'TROUPE_NOT_STASHABLE'
  | 'TROUPE_HOST_DOWN'
  | 'TROUPE_OUT_OF_MEMORY'
  | 'TROUPE_ACTOR_CRASHED'
  | 'TROUPE_ASK_TIMEOUT'
  | 'TROUPE_DEADLOCK'
  | 'TROUPE_NOT_HELD'
  | 'TROUPE_TOO_MANY_PERMITS'
  | 'TROUPE_BROKEN_BARRIER'
  | 'TROUPE_NOT_SENDABLE'
  | 'TROUPE_FRAME_TOO_LARGE'
  | 'TROUPE_START_FAILED'
  | 'TROUPE_START_TIMEOUT'
  | 'TROUPE_DEFINITION_MISMATCH'
  | 'TROUPE_BAD_SNAPSHOT'
  | 'TROUPE_PROTOCOL'
  | 'TROUPE_INVALID_OPTION'
  | 'TROUPE_INVALID_DURATION'
  | 'TROUPE_RESERVED_NAME'
  | 'TROUPE_DUPLICATE_DEFINITION'
  | 'TROUPE_NAME_TAKEN'
  | 'TROUPE_UNKNOWN_HANDLER'
  | 'TROUPE_LOCAL_ONLY'
  | 'TROUPE_NOT_IMPORTABLE'
  | 'TROUPE_SPAWN_WHILE_LOADING'
  | 'TROUPE_SYSTEM_STOPPED'
  | 'TROUPE_CLOSED'
  | 'TROUPE_ADDRESS_IN_USE'
  | 'TROUPE_ADDRESS_UNUSABLE'
  | 'TROUPE_UNREACHABLE'
  | 'TROUPE_AUTHENTICATION'
  | 'TROUPE_NOT_VIRTUAL'
  | 'TROUPE_POOL_CLOSED'
  | 'TROUPE_POOL_TERMINATED'
  | 'TROUPE_POOL_FAILED'
  | 'TROUPE_POOL_OPEN';

/** Whether the handler ran: `'no'` only when that is proven. */
export type Executed = 'no' | 'maybe';

/** Base of every error raised for a condition that callers may handle. */
export class ActorError extends Error {
  override readonly name: string = 'ActorError';
  /** One of {@link ErrorCode}; a {@link RefusedError} carries the code that its handler chose. */
  readonly code: string;

  constructor(code: ErrorCode | (string & {}), message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The actor has ended for good: its slot takes no more messages. */
export class ActorStoppedError extends ActorError {
  override readonly name = 'ActorStoppedError';
  readonly executed: Executed;

  constructor(actor: string, action: string, executed: Executed = 'no', options?: ErrorOptions) {
    super('TROUPE_ACTOR_STOPPED', `Cannot ${action} "${actor}": the actor has ended`, options);
    this.executed = executed;
  }
}

/** What values go through takes, or gives, no more: it was closed, or is somebody else's now. */
export class ClosedError extends ActorError {
  override readonly name = 'ClosedError';
  readonly executed: Executed = 'no';

  constructor(action: string, why: string, options?: ErrorOptions) {
    super('TROUPE_CLOSED', `Cannot ${action}: ${why}`, options);
  }
}

/** The actor is being restarted, and the caller asked not to wait (`whenRestarting: 'reject'`). */
export class UnavailableError extends ActorError {
  override readonly name = 'UnavailableError';
  readonly executed: Executed = 'no';

  constructor(actor: string, action: string, state: 'restarting' | 'stopped' = 'restarting') {
    super('TROUPE_UNAVAILABLE', `Cannot ${action} "${actor}": the actor is ${state}`);
  }
}

/** The actor's mailbox holds as many messages as its `capacity` allows. */
export class MailboxFullError extends ActorError {
  override readonly name = 'MailboxFullError';
  readonly executed: Executed = 'no';
  readonly capacity: number;

  constructor(actor: string, action: string, capacity: number) {
    super('TROUPE_MAILBOX_FULL', `Cannot ${action} "${actor}": its mailbox is full (${capacity})`);
    this.capacity = capacity;
  }
}

/** Thrown by `ctx.stash()`: as many messages are put aside as the definition's `mailbox.stash` allows. */
export class StashFullError extends ActorError {
  override readonly name = 'StashFullError';
  readonly limit: number;

  constructor(actor: string, limit: number) {
    super('TROUPE_STASH_FULL', `Cannot stash a message of "${actor}": its stash is full (${limit})`);
    this.limit = limit;
  }
}

/** The thread or process that the actor lived in has ended. */
export class HostDownError extends ActorError {
  override readonly name = 'HostDownError';
  readonly executed: Executed;

  constructor(actor: string, action: string, executed: Executed, how: string, options?: ErrorOptions) {
    super('TROUPE_HOST_DOWN', `Cannot ${action} "${actor}": its host has ended (${how})`, options);
    this.executed = executed;
  }
}

/** What is known of the end of a thread or process beside its code or signal; `error` of the reason `host_down`. */
export class HostExitError extends ActorError {
  override readonly name = 'HostExitError';
  /** The end of what a process wrote to its standard error, at most 8 KB. */
  readonly stderr: string;

  constructor(code: 'TROUPE_HOST_DOWN' | 'TROUPE_OUT_OF_MEMORY', message: string, stderr: string, options?: ErrorOptions) {
    super(code, message, options);
    this.stderr = stderr;
  }
}

/** A handler threw, which ended the actor's incarnation. `cause` is what it threw. */
export class ActorCrashedError extends ActorError {
  override readonly name = 'ActorCrashedError';
  readonly executed: Executed;

  constructor(actor: string, action: string, executed: Executed, cause: unknown) {
    super('TROUPE_ACTOR_CRASHED', `Cannot ${action} "${actor}": the actor crashed: ${messageOf(cause)}`, { cause });
    this.executed = executed;
  }
}

/** An expected failure, thrown by a handler with `throw ctx.refuse(code, message, data)`. The actor goes on. */
export class RefusedError extends ActorError {
  override readonly name = 'RefusedError';
  readonly data: unknown;

  /** @param code The handler's own code; it becomes this error's `code`. */
  constructor(code: string, message: string, data?: unknown) {
    super(code, message);
    this.data = data;
  }
}

/** No reply within the ask's timeout, or no further item of a stream within `idle`. */
export class AskTimeoutError extends ActorError {
  override readonly name = 'AskTimeoutError';
  readonly executed: Executed;
  readonly timeoutMs: number;
  /** Milliseconds in the mailbox and in the handler; absent when only the asker's own timer has fired. */
  readonly waited: number | undefined;
  readonly ran: number | undefined;
  /** Where the ask was at its deadline: `'stash'` when its handler had put it aside, `'lock'` when it waited for a lock that others held. */
  readonly where: 'mailbox' | 'stash' | 'handler' | 'lock' | 'unknown';

  constructor(
    actor: string, action: string, timeoutMs: number,
    spent: { where: 'mailbox' | 'stash' | 'handler'; waited: number; ran: number } | { where: 'lock' } | { where: 'unknown'; isIdle?: boolean },
  ) {
    super('TROUPE_ASK_TIMEOUT', `Cannot ${action} "${actor}": ${timeoutText(timeoutMs, spent)}`);
    this.timeoutMs = timeoutMs;
    this.where = spent.where;
    this.executed = spent.where === 'mailbox' || spent.where === 'lock' ? 'no' : 'maybe';
    const { waited, ran } = 'waited' in spent ? spent : {};
    this.waited = waited;
    this.ran = ran;
  }
}

function timeoutText(
  timeoutMs: number, spent: { where: string; waited?: number; ran?: number; isIdle?: boolean },
): string {
  if (spent.isIdle === true) return `no item within ${Math.round(timeoutMs)} ms (idle)`;
  if (spent.where === 'lock') return `others held it for ${Math.round(timeoutMs)} ms`;
  const text = `no reply within ${Math.round(timeoutMs)} ms`;
  if (spent.where === 'mailbox') return `${text}: it waited in the mailbox for ${Math.round(spent.waited ?? 0)} ms`;
  if (spent.where === 'stash') return `${text}: it was put aside, and waited for ${Math.round(spent.waited ?? 0)} ms`;
  if (spent.where === 'handler') {
    return `${text}: it waited for ${Math.round(spent.waited ?? 0)} ms and ran for ${Math.round(spent.ran ?? 0)} ms`;
  }
  return text;
}

/** It would wait for itself: each one of a circle waits for what the next one holds. */
export class DeadlockError extends ActorError {
  override readonly name = 'DeadlockError';
  readonly executed: Executed = 'no';
  /** The circle, by the paths of actors and of what they wait for in turn; the last one is the first one. */
  readonly path: readonly string[];

  constructor(action: string, path: readonly string[]) {
    super('TROUPE_DEADLOCK', `Cannot ${action}: it would wait for itself: ${path.join(' → ')}`);
    this.path = path;
  }
}

/** Not all parties of a barrier come: one has given up or ended, its action has failed, or somebody has called it off. `cause`: what was thrown. */
export class BrokenBarrierError extends ActorError {
  override readonly name = 'BrokenBarrierError';

  constructor(barrier: string, why: string, options?: ErrorOptions) {
    super('TROUPE_BROKEN_BARRIER', `Cannot wait at "${barrier}": ${why}`, options);
  }
}

/** A value isn't plain data. Thrown at the sender, before anything is sent. */
export class NotSendableError extends ActorError {
  override readonly name = 'NotSendableError';
  readonly executed: Executed = 'no';
  /** The place inside the message, e.g. `argument 1 of resize → .options.done`. */
  readonly path: string;

  /** @param what What stands at `path`, e.g. `a function`. */
  constructor(path: string, what: string, options?: ErrorOptions) {
    super('TROUPE_NOT_SENDABLE', `Cannot send ${path}: it is ${what}`, options);
    this.path = path;
  }
}

/** What was wrong with a reply or an item, as its asker gets it: the handler has run. */
export function toReplyError(thrown: unknown): Error {
  const error = toError(thrown);
  const executed: Executed = 'maybe';
  return error instanceof NotSendableError || error instanceof FrameTooLargeError ? Object.assign(error, { executed }) : error;
}

const HOW_TO_SEND_MORE = 'send it in parts or as a stream, or allow more with maxFrame';

/** A message is longer than a frame may be. Thrown at the sender, before anything is sent. */
export class FrameTooLargeError extends ActorError {
  override readonly name = 'FrameTooLargeError';
  readonly executed: Executed = 'no';
  readonly bytes: number;
  readonly maxBytes: number;

  constructor(what: string, bytes: number, maxBytes: number) {
    super('TROUPE_FRAME_TOO_LARGE', `Cannot send ${what}: it takes ${bytes} bytes, at most ${maxBytes} can be sent; ${HOW_TO_SEND_MORE}`);
    this.bytes = bytes;
    this.maxBytes = maxBytes;
  }
}

/** The actor could not be started; `cause` says why. */
export class StartFailedError extends ActorError {
  override readonly name = 'StartFailedError';
  /** Whether another try could help: a missing module, a syntax error or a missing `node` can't heal. */
  readonly canHeal: boolean;
  /** The host on which it was starting, if that was lost: the same number for all that were lost with it. */
  declare readonly lostHost?: number;

  constructor(actor: string, why: string, options?: ErrorOptions & { canHeal?: boolean; lostHost?: number }) {
    super('TROUPE_START_FAILED', `Cannot start "${actor}": ${why}`, options);
    // What caused it may know better.
    this.canHeal = options?.canHeal ?? (options?.cause as { canHeal?: unknown } | null | undefined)?.canHeal !== false;
    if (options?.lostHost !== undefined) this.lostHost = options.lostHost;
  }
}

/** Why it could not be started, for a text about something that it was started for. */
export function whyNotStarted({ message }: StartFailedError): string {
  return message.replace(/^Cannot start "[^"]*": /, '');
}

/** The actor's host and `init` weren't ready within the start deadline. */
export class StartTimeoutError extends ActorError {
  override readonly name = 'StartTimeoutError';
  readonly timeoutMs: number;

  constructor(actor: string, timeoutMs: number, phase: string) {
    super('TROUPE_START_TIMEOUT', `Cannot start "${actor}": not ready within ${timeoutMs} ms (${phase})`);
    this.timeoutMs = timeoutMs;
  }
}

/** The definition found on the other host isn't the one that was spawned. */
export class DefinitionMismatchError extends ActorError {
  override readonly name = 'DefinitionMismatchError';

  constructor(definition: string, why: string) {
    super('TROUPE_DEFINITION_MISMATCH', `Cannot find the definition "${definition}": ${why}`);
  }
}

/** Bytes from another host could not be understood. */
export class ProtocolError extends ActorError {
  override readonly name = 'ProtocolError';
  /** For an ask: whether its handler may have run. */
  declare readonly executed?: Executed;

  constructor(message: string, options?: ErrorOptions & { executed?: Executed }) {
    super('TROUPE_PROTOCOL', message, options);
    if (options?.executed !== undefined) this.executed = options.executed;
  }
}

/** A place where two programs may meet can't be used: nobody listens there, or somebody does already. */
export class AddressError extends ActorError {
  override readonly name = 'AddressError';
  /** A path, or a host and its port. */
  readonly address: string;

  constructor(
    code: 'TROUPE_ADDRESS_IN_USE' | 'TROUPE_ADDRESS_UNUSABLE' | 'TROUPE_UNREACHABLE', address: string, action: string, why: string, options?: ErrorOptions,
  ) {
    super(code, `Cannot ${action} "${address}": ${why}`, options);
    this.address = address;
  }
}

/** Another program doesn't know the key. */
export class AuthenticationError extends ActorError {
  override readonly name = 'AuthenticationError';
  /** Where both have met. */
  readonly address: string;

  constructor(address: string, action: string) {
    super('TROUPE_AUTHENTICATION', `Cannot ${action} "${address}": the other program has another key`);
    this.address = address;
  }
}

/** Another actor of the system has this name. */
export class NameTakenError extends ActorError {
  override readonly name = 'NameTakenError';
  /** The actor that has the name. */
  readonly ref: ActorRef<object>;

  constructor(actorName: string, ref: ActorRef<object>) {
    super('TROUPE_NAME_TAKEN', `Cannot spawn "${actorName}": an actor with this name exists`);
    this.ref = ref;
  }
}

/** A simulated actor waits for, or uses, what can't be replayed: real time, real chance, the world outside. */
export class NotVirtualError extends ActorError {
  override readonly name = 'NotVirtualError';
  /** The actor's path. */
  readonly actor: string;

  constructor(actor: string, why: string) {
    super('TROUPE_NOT_VIRTUAL', `Cannot simulate "${actor}": ${why}`);
    this.actor = actor;
  }
}

/** A pool doesn't do it: it was closed or terminated, or its workers can't be started. */
export class PoolError extends ActorError {
  override readonly name = 'PoolError';
  readonly executed: Executed;

  constructor(code: 'TROUPE_POOL_CLOSED' | 'TROUPE_POOL_TERMINATED' | 'TROUPE_POOL_FAILED', message: string, executed: Executed, options?: ErrorOptions) {
    super(code, message, options);
    this.executed = executed;
  }
}

/** What was thrown, as an error: `cause` keeps anything else. Never fails, whatever a proxy or a getter does. */
export function toError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
  } catch {
    // A proxy that refuses to say what it is: no error for us.
  }
  return new Error(`a thrown value that is no error: ${messageOf(thrown)}`, { cause: thrown });
}

function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'something that has no text';
  }
}

/**
 * A wrong argument is a plain `TypeError`, with a stable `code`.
 *
 * @param hint What to do instead; the text ends with it.
 */
export function invalidOption(option: string, value: unknown, expected: string, hint?: string): TypeError {
  const error = new TypeError(`Cannot use ${option}: expected ${expected}, got ${show(value)}${hint === undefined ? '' : `: ${hint}`}`);
  return withCode(error, 'TROUPE_INVALID_OPTION');
}

/** A wrong duration is a plain `RangeError`, with a stable `code`. */
export function invalidDuration(option: string, value: unknown, expected: string): RangeError {
  const error = new RangeError(`Cannot use ${option}: expected ${expected}, got ${show(value)}`);
  return withCode(error, 'TROUPE_INVALID_DURATION');
}

/** A value as an error text shows it: short, quoted, never failing. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string': return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
    case 'bigint': return `${value}n`;
    case 'function': return `the function ${value.name || '(anonymous)'}`;
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) return `an array of ${value.length}`;
      const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
      return name === 'Object' || typeof name !== 'string' ? 'an object' : `an instance of ${name}`;
    }
    default: return String(value);
  }
}

function withCode<E extends Error>(error: E, code: ErrorCode): E {
  return Object.defineProperty(error, 'code', { value: code, enumerable: true });
}

/** The classes that are revived as themselves on another host, by `name`. */
export const ERROR_CLASSES: Readonly<Record<string, { readonly prototype: ActorError }>> = {
  ActorError, ActorStoppedError, UnavailableError, MailboxFullError, StashFullError, HostDownError, HostExitError, ActorCrashedError, RefusedError,
  AskTimeoutError,
  NotSendableError, FrameTooLargeError, StartFailedError, StartTimeoutError, DefinitionMismatchError, ProtocolError, NameTakenError,
  NotVirtualError, PoolError, AddressError, AuthenticationError, DeadlockError, BrokenBarrierError,
};
