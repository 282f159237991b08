import type { Address } from './listen/address.ts';
import type { Carrying, ChannelOptions } from './listen/terms.ts';
import type { PipeEnd } from './pipe-end.ts';
import { AskTimeoutError, StartTimeoutError } from '../core/errors.ts';
import { addressText, dial } from './listen/address.ts';
import { checkTerms } from './listen/terms.ts';
import { pipeToPeer } from './listen/connection.ts';
import { shakeHands } from './listen/handshake.ts';

/** Where to connect to; `timeout` and `signal` are for the connection and the proofs of the key. */
export type ConnectOptions = Address & ChannelOptions;

const CONNECT_MS = 5_000;

/**
 * Connects to a program that {@link listen}s with the same key: the end of a pipe, with all that ends of a {@link pipe} promise. Python's
 * `Client`. It belongs to the actor that makes it, or the program. What was sent before one side is closed, or its program ends or is killed,
 * still arrives as far as it had left; then the other one's calls reject with {@link ClosedError}. Both programs may close it at any time.
 *
 * Values are those that may be sent to a process, but for refs, which mean nothing to another program: `send` rejects with
 * {@link NotSendableError}. An instance of a registered class arrives where both programs have loaded it from the same file.
 *
 * @param options.timeout How long connecting may take. Default 5 s.
 * @throws {AuthenticationError} (all as rejections) The other program has another key.
 * @throws {AddressError} `TROUPE_UNREACHABLE`: nobody listens there, or has ended the connection before the key was proven.
 * @throws {ProtocolError} Whoever listens there talks something else, or another version of the protocol.
 * @throws {AskTimeoutError} Not within `timeout`.
 * @throws {TypeError | RangeError} An option isn't what it should be.
 * @throws What `signal` was aborted with.
 */
export async function connect<S, R = S>(options: ConnectOptions): Promise<Carrying<S | R, PipeEnd<S, R>>> {
  const terms = checkTerms(options, 'the options of connect()', CONNECT_MS);
  const { address: where, key, maxBytes, wait: { timeoutMs: timeout, signal } } = terms;
  const address = addressText(where);
  try {
    const end = await pipeToPeer<S, R>(terms, { timeout, signal }, async (ctx) => {
      const socket = await dial(where, ctx.signal);
      const agreed = await shakeHands(socket, { isListener: false, address, key, maxBytes, id: () => ctx.id() });
      return { socket, maxBytes: agreed };
    });
    return end as Carrying<S | R, PipeEnd<S, R>>;
  } catch (error) {
    throw error instanceof StartTimeoutError ? new AskTimeoutError(address, 'connect to', timeout, { where: 'unknown' }) : error;
  }
}
