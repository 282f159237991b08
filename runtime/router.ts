import type { Attachments } from './wire/parcel.ts';
import type { Kernel } from './kernel.ts';
import type { LinkPort } from './wire/link.ts';
import type { Shape } from '../core/shape.ts';
import { MAIN_HOST } from './control.ts';
import { ActorError, ProtocolError } from '../core/errors.ts';
import { FrameReader } from './wire/record.ts';
import { Inbox } from './inbox.ts';
import { Link } from './wire/link.ts';
import { attachmentsOf } from './wire/parcel.ts';

const NO_ATTACHMENTS: Attachments = [];

/** The ways to all other hosts: frames that come are taken in or passed on; what is to leave does so when the turn ends. */
export class Router implements LinkPort {
  readonly hostId: number;
  readonly #kernel: Kernel;
  readonly #inbox: Inbox;
  readonly #links = new Map<number, Link>();
  readonly #toFlush = new Set<Link>();

  constructor(kernel: Kernel) {
    this.hostId = kernel.hostId;
    this.#kernel = kernel;
    this.#inbox = new Inbox(kernel);
  }

  linkTo(peer: number): Link {
    let link = this.#links.get(peer);
    if (link === undefined) this.#links.set(peer, link = new Link(this, peer));
    return link;
  }

  /** The link to a host with which there was something to talk about. */
  knownLink(peer: number): Link | undefined {
    return this.#links.get(peer);
  }

  /** Whether the way to `peer` takes more without growing. */
  hasRoomTo(peer: number | undefined): boolean {
    return peer === undefined || this.#kernel.ports.hasRoomTo(peer);
  }

  /**
   * Takes a frame for this host, or passes it on.
   *
   * @param sender The host that it came from, where that is known: none may speak for another.
   * @throws {ProtocolError}
   */
  receive(frame: Uint8Array, sender?: number, attachments: Attachments = NO_ATTACHMENTS): void {
    const reader = new FrameReader(frame);
    const { from, to } = reader;
    if (sender !== undefined && sender !== from) throw new ProtocolError(`Cannot take a frame of host ${from}: host ${sender} has sent it`);
    if (to !== this.hostId) {
      if (this.hostId === MAIN_HOST) this.transmit(to, Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength), attachments);
      else throw new ProtocolError(`Cannot take a frame for host ${to}: this is host ${this.hostId}`);
      return;
    }
    const link = this.linkTo(from);
    link.received(reader);
    this.#kernel.scheduler.runInput(() => {
      while (reader.next()) this.#inbox.take(link, reader, attachments.length === 0 ? undefined : attachmentsOf(reader.index, attachments));
    });
  }

  /** Sends all that waits, now. Main first: it must know that this host is busy before what it did reaches others. */
  flush(): void {
    this.flushTo(MAIN_HOST);
    // Among them may be links to hosts that have gone meanwhile, which are no longer known by their numbers.
    for (const link of this.#toFlush) {
      this.#toFlush.delete(link);
      link.flush();
    }
  }

  /** Sends what waits for one host, now. */
  flushTo(peer: number): void {
    const link = this.#links.get(peer);
    if (link !== undefined && this.#toFlush.delete(link)) link.flush();
  }

  /** A host is gone: its asks are answered no more. */
  hostGone(host: number): void {
    const link = this.#links.get(host);
    this.#links.delete(host);
    if (link === undefined) return;
    this.#toFlush.delete(link);
    const error = new ActorError('TROUPE_HOST_DOWN', 'Cannot answer: the host of the asker has ended');
    for (const envelope of link.asked.values()) envelope.cancel(error);
  }

  // What its links need

  packShape(shape: Shape): Uint8Array { return this.#kernel.values.packShape(shape); }

  leavesEarly(): void { this.#kernel.flushSaved(); }

  needsFlush(link: Link): void {
    this.#toFlush.add(link);
    this.#kernel.scheduler.arm();
  }

  transmit(peer: number, frame: Buffer, attachments: Attachments | undefined): void {
    this.#kernel.ports.transmit(peer, frame, attachments);
  }
}
