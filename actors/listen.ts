import type { ActorHandle, ApiOf, WaitOptions } from '../core/actor-ref.ts';
import type { ActorDefinition } from '../core/actor.ts';
import type { Address } from './listen/address.ts';
import type { Carrying, ChannelOptions, Terms } from './listen/terms.ts';
import type { PipeEnd } from './pipe-end.ts';
import type { Seat } from './listen/listener-actor.ts';
import { ActorStoppedError, ClosedError, StartFailedError } from '../core/errors.ts';
import { ListenerActor } from './listen/listener-actor.ts';
import { addressText } from './listen/address.ts';
import { checkTerms } from './listen/terms.ts';
import { checkWait } from '../core/within.ts';
import { pipeToPeer } from './listen/connection.ts';

/** Where to listen, and who may connect; `timeout` and `signal` are for the start. */
export type ListenOptions = Address & ChannelOptions;

type ListenerRef = typeof ListenerActor extends ActorDefinition<infer _I, infer H, infer _W> ? ActorHandle<ApiOf<H>> : never;

const START_MS = 30_000;

/**
 * Programs that connect, each as the end of a pipe that sends `S` and receives `R`: made by {@link listen}. Python's `Listener`. It belongs to
 * the actor that made it, or the program, and stays in its thread; the ends may go anywhere, and outlive it.
 */
export class Listener<S, R> implements AsyncIterable<PipeEnd<S, R>>, AsyncDisposable {
  /** Where it listens; a port that was 0 is the one that was found. */
  readonly address: Address;
  readonly #ref: ListenerRef;
  readonly #terms: Terms;

  /** Made by {@link listen}. */
  constructor(ref: ListenerRef, address: Address, terms: Terms) {
    this.#ref = ref;
    this.address = address;
    this.#terms = terms;
  }

  /**
   * The end of a pipe to the next program that has proven that it knows the key. It belongs to the actor that has accepted it, or the program.
   * Those that come while nobody accepts wait, and may be sending already.
   *
   * @throws {ClosedError} (all as rejections) The listener is closed.
   * @throws {AskTimeoutError} Nobody within `timeout`, default no limit.
   * @throws What `signal` was aborted with.
   */
  async accept(options: WaitOptions = {}): Promise<PipeEnd<S, R>> {
    const { timeoutMs: timeout, signal } = checkWait(options, 'the options of accept()', Infinity);
    const seat: Seat = { peer: undefined, isGone: false };
    try {
      await this.#ref.with({ timeout, signal }).ask.accept(seat);
    } catch (error) {
      seat.isGone = true;
      // Who has come before the wait was given up isn't sent away again.
      if (seat.peer === undefined) throw error instanceof ActorStoppedError ? closed(error) : error;
    }
    const { peer } = seat;
    if (peer === undefined) throw closed();
    return pipeToPeer<S, R>(this.#terms, {}, () => peer).catch((error: unknown) => {
      peer.socket.destroy();
      throw error;
    });
  }

  /** All programs that come, until the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<PipeEnd<S, R>, void, undefined> {
    for (;;) {
      let end: PipeEnd<S, R>;
      try {
        end = await this.accept();
      } catch (error) {
        if (error instanceof ClosedError) return;
        throw error;
      }
      yield end;
    }
  }

  /** Listens no more. Ends that were accepted stay as they are, programs that weren't are turned away. Closing twice does nothing. */
  async close(): Promise<void> {
    await this.#ref.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  toString(): string { return `Listener(${addressText(this.address)})`; }

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

function closed(cause?: Error): ClosedError {
  return new ClosedError('accept a connection', 'the listener is closed', cause && { cause });
}

/**
 * Lets other programs of this machine connect: those that {@link connect} with the same key. Both sides prove that they know it before
 * anything else that comes is looked at; it is never sent. What is sent then isn't encrypted. Whoever has another key, or talks something
 * else, is turned away, and told of in the system's `log` event.
 *
 * A path is open to this user alone; the file that a dead program has left there is replaced. An open listener keeps no program alive, an
 * `accept` that waits does.
 *
 * @throws {AddressError} (all as rejections) `TROUPE_ADDRESS_IN_USE`: somebody else listens there. `TROUPE_ADDRESS_UNUSABLE`: nobody can.
 * @throws {TypeError | RangeError} An option isn't what it should be.
 * @throws What `signal` was aborted with.
 * @example
 * const key = randomBytes(32);
 * await using listener = await listen<number, string>({ port: 0, key });
 * const answer = listener.accept().then(async (words) => words.send((await words.receive()).length));
 * await using lengths = await connect<string, number>({ ...listener.address, key });
 * await lengths.send('four');
 * const length = await lengths.receive(); // 4
 * await answer;
 */
export async function listen<S, R = S>(options: ListenOptions): Promise<Carrying<S | R, Listener<S, R>>> {
  const terms = checkTerms(options, 'the options of listen()', START_MS);
  let failure: unknown;
  const failed = (error: unknown): void => { failure = error; };
  let ref: ListenerRef;
  try {
    const { timeoutMs: timeout, signal } = terms.wait;
    ref = await terms.spawn(ListenerActor, { input: { terms, failed }, daemon: true, timeout, signal });
  } catch (error) {
    throw error instanceof StartFailedError ? failure ?? error : error;
  }
  return new Listener<S, R>(ref, await ref.ask.address(), terms) as Carrying<S | R, Listener<S, R>>;
}
