import type { Address } from './address.ts';
import type { AddressInfo, Socket } from 'node:net';
import type { Later } from '../../core/context.ts';
import type { Peer } from './connection.ts';
import type { Terms } from './terms.ts';
import { AddressError } from '../../core/errors.ts';
import { Fifo } from '../../core/fifo.ts';
import { actor } from '../../core/actor.ts';
import { addressText, openServer } from './address.ts';
import { shakeHands } from './handshake.ts';

/** Who waits for the next program: it gets a peer, unless it has gone before. */
export interface Seat {
  peer: Peer | undefined;
  isGone: boolean;
}

interface ListenerState {
  readonly address: Address;
  /** Those who haven't proven anything yet, the oldest first. */
  readonly strangers: Set<Socket>;
  /** Those who have, until they are accepted. */
  readonly peers: Fifo<Peer>;
  readonly waiting: Set<{ readonly seat: Seat; readonly later: Later<void> }>;
  readonly terms: Terms;
}

/** How long a stranger may take to prove that it knows the key, and how many may be at it: one more, and the oldest has to go. */
const HANDSHAKE_MS = 5_000;
const MAX_STRANGERS = 64;

/** Listens at an address, and keeps those who have proven that they know the key until they are accepted. */
export const ListenerActor = actor({
  name: 'listener',
  init: async ({ terms, failed }: { terms: Terms; failed: (error: unknown) => void }, ctx): Promise<ListenerState> => {
    const self = ctx.self.as(ListenerActor);
    const server = await openServer(terms.address, (socket) => self.tell.greet(socket)).catch(failed);
    // An expected failure is no crash of an actor.
    if (server === undefined) return ctx.ignore();
    server.on('error', (error) => ctx.log.warn({ err: error }, 'could not take a connection'));
    const state: ListenerState = {
      address: 'path' in terms.address ? terms.address : { ...terms.address, port: (server.address() as AddressInfo).port },
      strangers: new Set(), peers: new Fifo(), waiting: new Set(), terms,
    };
    ctx.signal.addEventListener('abort', () => {
      server.close();
      for (const socket of state.strangers) socket.destroy();
      for (const { socket } of state.peers) socket.destroy();
    });
    return state;
  },
  handlers: {
    address: (ctx): Address => ctx.state.address,
    /** Somebody has connected. */
    greet(ctx, socket: Socket): void {
      const { strangers, address, terms: { key, maxBytes } } = ctx.state;
      const self = ctx.self.as(ListenerActor);
      const [oldest] = strangers;
      if (strangers.size === MAX_STRANGERS && oldest !== undefined) {
        strangers.delete(oldest);
        oldest.destroy();
      }
      strangers.add(socket);
      const limit = ctx.after(HANDSHAKE_MS, () => socket.destroy());
      const side = { isListener: true, address: addressText(address), key, maxBytes, id: () => ctx.id() };
      const done = (): void => {
        limit();
        strangers.delete(socket);
      };
      shakeHands(socket, side).finally(done).then(
        (agreed) => self.tell.admit({ socket, maxBytes: agreed }),
        (error: Error) => {
          socket.destroySoon();
          // Who goes without a word has perhaps only looked whether somebody is here.
          ctx.log[error instanceof AddressError ? 'debug' : 'warn']({ err: error }, 'turned somebody away');
        },
      );
    },
    /** Somebody has proven that it knows the key. */
    admit({ state }, peer: Peer): void {
      for (const each of state.waiting) {
        state.waiting.delete(each);
        if (each.seat.isGone) continue;
        each.seat.peer = peer;
        each.later.resolve();
        return;
      }
      state.peers.push(peer);
    },
    /** Resolves once there is a peer in the seat. */
    accept(ctx, seat: Seat): Promise<void> | void {
      const { peers, waiting } = ctx.state;
      if (seat.isGone) return;
      if (peers.size > 0) {
        seat.peer = peers.shift();
        return;
      }
      const later = ctx.later<void>(() => { waiting.delete(each); });
      const each = { seat, later };
      waiting.add(each);
      return later.promise;
    },
  },
});
