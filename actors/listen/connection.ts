import type { ActorRef, ApiOf, WaitOptions } from '../../core/actor-ref.ts';
import type { PipeHandlers } from '../pipe/pipe-actor.ts';
import type { Socket } from 'node:net';
import type { StartContext } from '../../core/context.ts';
import type { Terms } from './terms.ts';
import { ClosedError, StartFailedError } from '../../core/errors.ts';
import { PipeActor } from '../pipe/pipe-actor.ts';
import { PipeEnd } from '../pipe-end.ts';
import { actor } from '../../core/actor.ts';
import { discard, endWriting, readFrames, writeFrame } from './frames.ts';

/** Another program, which has proven that it knows the key. */
export interface Peer {
  readonly socket: Socket;
  /** The longest value that both take. */
  readonly maxBytes: number;
}

/** A pipe's end that carries bytes. */
type Inner = PipeEnd<Uint8Array, Uint8Array>;

interface ConnectionState {
  readonly ending: AbortController;
  /** All that was sent here is on its way. */
  readonly sent: Promise<void>;
}

/**
 * Carries what comes out of a pipe to another program, and back. It takes from neither side before the other one has room. When one side is
 * closed, what it has sent before still arrives at the other one.
 */
const Connection = actor({
  name: 'connection',
  init: async (
    { pipe, open }: { pipe: ActorRef<ApiOf<PipeHandlers>>; open: (ctx: StartContext) => Promise<Peer | undefined> }, ctx,
  ): Promise<ConnectionState> => {
    const peer = await open(ctx);
    if (peer === undefined) return ctx.ignore();
    const { socket } = peer;
    ctx.signal.addEventListener('abort', () => socket.destroy());
    const inner: Inner = new PipeEnd(pipe, 1);
    const ending = new AbortController();
    const self = ctx.self.as(Connection);
    const sent = sendAll(inner, socket, ending.signal);
    Promise.all([sent, receiveAll(inner, peer)]).then(() => self.tell.end(), (error: Error) => self.tell.fail(error));
    return { ending, sent };
  },
  handlers: {
    end(ctx): void { ctx.stop(); },
    fail(_ctx, error: Error): void { throw error; },
  },
  /** What was sent before still leaves, if the other program takes it. */
  async stop({ state }): Promise<void> {
    state.ending.abort();
    await state.sent.catch(() => undefined);
  },
});

/**
 * A pipe between two programs: the end for this one.
 *
 * @param open Makes the connection. What it fails with is what this rejects with.
 */
export async function pipeToPeer<S, R>(
  { spawn, capacity }: Terms, { timeout, signal }: WaitOptions, open: (ctx: StartContext) => Peer | Promise<Peer>,
): Promise<PipeEnd<S, R>> {
  let peer: Peer | undefined;
  let failure: unknown;
  // Whoever waits at its end keeps the program alive, the connection doesn't.
  const pipe = await spawn(PipeActor, { input: { capacity }, daemon: true });
  try {
    await spawn(Connection, {
      input: {
        pipe,
        // An expected failure is no crash of an actor.
        open: async (ctx) => {
          try {
            return peer = await open(ctx);
          } catch (error) {
            failure = error;
            return undefined;
          }
        },
      },
      daemon: true, timeout, signal,
    });
  } catch (error) {
    await pipe.stop();
    throw error instanceof StartFailedError ? failure ?? error : error;
  }
  return new PipeEnd<S, R>(pipe, 0, peer?.maxBytes);
}

/** All that comes out of the pipe. */
async function sendAll(inner: Inner, socket: Socket, ending: AbortSignal): Promise<void> {
  try {
    for await (const value of outgoing(inner, ending)) {
      await writeFrame(socket, value);
      // Nobody reads it any more; that it has ended is told behind what has come.
      if (socket.destroyed) return;
    }
  } catch (error) {
    if (!(error instanceof ClosedError)) throw error;
  }
  await endWriting(socket);
}

/** What comes out of the pipe; once `ending` is aborted, what is there. */
async function* outgoing(inner: Inner, ending: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (;;) yield await inner.receive({ signal: ending });
  } catch (error) {
    if (error !== ending.reason) throw error;
  }
  while (await inner.poll()) yield await inner.receive();
}

/** All that comes from the other program, until it has closed its end. */
async function receiveAll(inner: Inner, { socket, maxBytes }: Peer): Promise<void> {
  try {
    for await (const value of readFrames(socket, maxBytes)) await inner.send(value);
  } catch (error) {
    if (!(error instanceof ClosedError)) throw error;
    // It may still be reading what was sent to it: a connection that is cut off with unread bytes could take that away.
    await discard(socket);
  }
  await inner.close();
}
