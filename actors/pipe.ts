import type { Unsendable } from '../core/sendable.ts';
import type { Spawn } from '../core/spawn-options.ts';
import type { WaitOptions } from '../core/actor-ref.ts';
import { PipeActor } from './pipe/pipe-actor.ts';
import { PipeEnd } from './pipe-end.ts';
import { checkFields, checkLimit } from '../core/options.ts';
import { spawn } from '../runtime/actor-system.ts';

/** How a pipe is made. */
export interface PipeOptions extends WaitOptions {
  /**
   * How many values of each direction may be unread before `send` waits, beside those that came along with the last one that was received:
   * a whole number >= 1, or `Infinity`. Default 1,024.
   */
  capacity?: number;
  /** Where it is made. Default: the default system; in a handler, its actor. */
  system?: { readonly spawn: Spawn };
}

const FIELDS: ReadonlySet<string> = new Set(['capacity', 'system', 'timeout', 'signal']);
const DEFAULT_CAPACITY = 1_024;

/**
 * Two ends of a typed channel in both directions: what one sends, the other receives, in order. Each may be sent to any actor on any host.
 * It lives as long as the actor that makes it, or the program; and until both ends are closed.
 *
 * @returns The first end sends `A` and receives `B`, the second one the reverse.
 * @throws {TypeError | RangeError} (as a rejection) An option isn't what it should be.
 * @example
 * const [left, right] = await pipe<string, number>();
 * await left.send('four');
 * await right.send((await right.receive()).length);
 * const length = await left.receive(); // 4
 * await left.close();
 * await right.close();
 */
export async function pipe<A, B = A>(options: PipeOptions = {}): Promise<Ends<A, B>> {
  const { capacity = DEFAULT_CAPACITY, system, timeout, signal } = checkFields(options, 'the options of pipe()', FIELDS) as PipeOptions;
  const ref = await (system?.spawn ?? spawn)(PipeActor, { input: { capacity: checkLimit(capacity, 'capacity') }, timeout, signal });
  return [new PipeEnd<A, B>(ref, 0), new PipeEnd<B, A>(ref, 1)] satisfies [PipeEnd<A, B>, PipeEnd<B, A>] as Ends<A, B>;
}

type Fault<A, B> = Unsendable<A | B, 'values of a pipe'>;

/** Both ends; instead of them, the compiler prints why their values can't be sent. */
type Ends<A, B> = [Fault<A, B>] extends [never] ? [PipeEnd<A, B>, PipeEnd<B, A>] : { readonly [K in Fault<A, B>]: never };
