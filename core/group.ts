import type { ActorDefinition } from './actor.ts';
import type { ActorRef, ApiOf, Streams } from './actor-ref.ts';
import type { Where } from './definition.ts';
import { invalidOption } from './errors.ts';

type PublishOf<F> = F extends (...args: infer A) => infer R
  ? Streams<R> extends true ? { 'a streaming handler is asked, not published': never } : (...args: A) => Promise<number> : never;
/** One function per handler that isn't a stream: resolves with the number of members that the message was sent to. */
export type Publish<Api> = { readonly [K in keyof Api]: PublishOf<Api[K]> };

/** Actors of one definition that are told things together, wherever they live. */
export interface Group<Api> {
  readonly name: string;
  /**
   * Makes an actor a member, once. It leaves when its life ends: one that is restarted joins again, with `ctx.join` in its
   * `init`.
   *
   * @throws {DefinitionMismatchError} (all as rejections) The group has members of another definition.
   * @throws {ActorStoppedError} The actor has ended.
   * @throws {UnavailableError} The actor is being restarted.
   */
  join(ref: ActorRef<Api>): Promise<void>;
  /** The actor is no member any more; nothing happens if it was none. */
  leave(ref: ActorRef<Api>): Promise<void>;
  /**
   * The members now, in the order in which they have joined.
   *
   * @throws {DefinitionMismatchError} (as a rejection) They run another definition.
   * @throws {ActorError} (as a rejection) `TROUPE_LOCAL_ONLY`: one lives on another host, and its definition has no
   *   `import.meta`.
   */
  members(): Promise<readonly ActorRef<Api>[]>;
  /**
   * One function per handler: asks who the members are, tells each of them, and resolves with their number. Messages of one
   * sender to a group arrive in order; what it tells a member itself meanwhile may overtake them.
   *
   * @throws {NotSendableError} (all as rejections) An argument isn't plain data, or is a `transfer()`: nobody is told.
   * @throws {FrameTooLargeError} The arguments are too long for a member on another host: nobody is told.
   * @throws As `members`.
   * @throws {ActorError} `TROUPE_UNKNOWN_HANDLER`, at once, not as a rejection: there is no such handler, or it is a stream.
   */
  readonly publish: Publish<Api>;
}

/**
 * The group that has a name in this system. It is there from its first member on, and forgotten when the last one has left.
 *
 * @throws {TypeError} The name is no text, or empty.
 * @example
 * await using system = createSystem();
 * const counters = system.group(Counter, 'counters');
 * for (const start of [1, 2, 3]) await counters.join(await system.spawn(Counter, { input: { start } }));
 * const told = await counters.publish.increment(10);
 * const [first] = await counters.members();
 * const n = await first?.ask.value();
 */
export interface OpenGroup {
  <I, H, W extends Where>(definition: ActorDefinition<I, H, W>, name: string): Group<ApiOf<H>>;
}

/** A name that a group may have. @throws {TypeError} */
export function checkGroupName(name: unknown): string {
  if (typeof name === 'string' && name !== '') return name;
  throw invalidOption('the name of a group', name, 'a text that is not empty');
}
