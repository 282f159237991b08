import type { ContentRef } from './content-handlers.ts';
import type { DeepReadonly, Given } from './frozen.ts';
import type { EntriesOf } from './entries.ts';
import type { Part, Version } from './content.ts';
import type { Sendable } from '../../core/sendable.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import { ActorCrashedError, ActorStoppedError, HostDownError, invalidOption } from '../../core/errors.ts';
import { SENDABLE } from '../../core/sendable.ts';
import { checkFields, checkObject, checkSignal } from '../../core/options.ts';
import { checkWait } from '../../core/within.ts';
import { currentActor } from '../../runtime/current-actor.ts';
import { frozen } from './frozen.ts';
import { leavable } from './leavable.ts';

/** How a content is watched. */
export interface WatchOptions {
  /** Ends it: it rejects with the signal's `reason`. */
  signal?: AbortSignal | undefined;
}

/** How long the actor may take to answer what it answers at once. */
const ANSWER_MS = 5_000;
const WATCH_OPTIONS: ReadonlySet<string> = new Set(['signal']);

/** What all handles of shared state have in common: the ref of the actor that keeps it. */
export abstract class StateHandle<R extends ContentRef> implements Sendable, AsyncDisposable {
  declare readonly [SENDABLE]: true;
  readonly #ref: R;

  /** Made by `state`, or around the ref of such an actor that was started otherwise, as a supervisor's child. */
  constructor(ref: R) {
    this.#ref = ref;
  }

  /** What it is made of, in a message. */
  static refOf(of: StateHandle<ContentRef>): ContentRef {
    return of.#ref;
  }

  /** Ends the actor, for all who have it. What it keeps is gone; whoever waits is told. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ref.stop();
  }

  /** `StateDict(dict dict-1)`: the kind and the path of its actor. */
  toString(): string { return String(this.#ref).replace('ActorRef', this.constructor.name); }

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }

  /** The ref, which waits as `options` say. */
  protected within(options: WaitOptions | undefined, method: string): R {
    // An ask waits as long by default.
    if (options === undefined) return this.#ref;
    const { timeoutMs: timeout, signal } = checkWait(options, `the options of ${method}()`, ANSWER_MS);
    return this.#ref.with({ timeout, signal }) as R; // the same one
  }

  /** Applies `change` to what it is, again and again until nobody else was faster. */
  protected async updatePart<T>(part: Part, change: (value: DeepReadonly<T>) => Given<T>, options: WaitOptions | undefined): Promise<DeepReadonly<T>> {
    if (typeof change !== 'function') throw invalidOption('the function of update()', change, 'a function');
    const ref = this.within(options, 'update');
    let seen: Version | undefined = await ref.ask.read(part);
    for (;;) {
      const next = change(frozen(seen.value as T));
      seen = await ref.ask.replace(part, seen.version, next);
      if (seen === undefined) return frozen(next as T);
    }
  }

  /** A part as it is now, then the newest after each change. */
  protected watchPart<T>(part: Part, options: WatchOptions): AsyncGenerator<DeepReadonly<T>, void, undefined> {
    const { signal: given } = checkFields(options, 'the options of watch()', WATCH_OPTIONS) as WatchOptions;
    return leavable(checkSignal(given), (signal, left) => this.#watch<T>(part, this.#ref.with({ timeout: Infinity, signal }), left));
  }

  async *#watch<T>(part: Part, ref: ContentRef, left: AbortSignal): AsyncGenerator<DeepReadonly<T>, void, undefined> {
    try {
      for (let seen = NO_VERSION; ;) {
        const { version, value } = await nextAfter(seen, part, ref);
        yield frozen(value as T);
        seen = version;
      }
    } catch (error) {
      if (!left.aborted) throw error;
    }
  }
}

/** Comes before all others. */
const NO_VERSION = -1;

/** What comes after the version `seen`, be it in the next life of the actor. */
async function nextAfter(seen: number, part: Part, ref: ContentRef): Promise<Version> {
  for (let lost: unknown; ;) {
    const watcher = currentActor();
    try {
      return await ref.ask.after(part, seen);
    } catch (error) {
      // Asked of nobody: what was told before says more about the end.
      if (error instanceof ActorStoppedError && error.executed === 'no') throw lost ?? error;
      // What has ended may be the watcher.
      if (watcher?.signal.aborted === true || !ENDS.some((each) => error instanceof each)) throw error;
      lost = error;
    }
  }
}

const ENDS = [ActorStoppedError, ActorCrashedError, HostDownError];

/** @throws {TypeError} It is no text. */
export function checkKey(key: unknown): string {
  if (typeof key === 'string') return key;
  throw invalidOption('the key', key, 'a text');
}

/** @throws {TypeError} It is neither a plain object nor a map, or a key of the map is no text. */
export function checkEntries(value: unknown, what: string): EntriesOf<unknown> {
  const entries = checkObject(value, what);
  if (entries instanceof Map) {
    for (const key of entries.keys()) checkKey(key);
    return entries;
  }
  const prototype: unknown = Object.getPrototypeOf(entries);
  if (prototype === Object.prototype || prototype === null) return entries;
  throw invalidOption(what, value, 'a plain object, or a map');
}

/** @throws {TypeError} It is no number. */
export function checkNumber(value: unknown, what: string): number {
  if (typeof value === 'number') return value;
  throw invalidOption(what, value, 'a number');
}
