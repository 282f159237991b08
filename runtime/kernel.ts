import type { Account } from './account.ts';
import type { ActorRef } from '../core/actor-ref.ts';
import type { ChildSlots } from '../core/child-slots.ts';
import type { Clock, Random, Turns } from '../core/clock.ts';
import type { Current } from '../core/current.ts';
import type { DeadLetterReason, Envelope, Fate, Receipt } from '../core/envelope.ts';
import type { HostInfo } from '../core/host-info.ts';
import type { Invocation } from '../core/invocation.ts';
import type { LinkPort } from './wire/link.ts';
import type { Logger, LogLevel } from '../core/log.ts';
import type { Order, Request, SlotIdentity } from './control.ts';
import { MAIN_HOST, isThreadNumber } from './control.ts';
import type { Attachments } from './wire/parcel.ts';
import type { MessageRules } from './values.ts';
import type { PendingAsk, PendingStream } from './pending-ask.ts';
import type { RefsPort } from './refs.ts';
import type { Shape } from '../core/shape.ts';
import type { Slot } from './slots/slot.ts';
import type { Loss } from './lost-messages.ts';
import type { Wait } from '../core/within.ts';
import type { Spawn } from '../core/spawn-options.ts';
import type { StartedTable } from './started-numbers.ts';
import { ActorError, ProtocolError, invalidOption } from '../core/errors.ts';
import { toSendableText } from './wire/codec.ts';
import { AskStack } from './ask-stack.ts';
import { Alarm, Deadlines } from '../core/deadlines.ts';
import { Inbox } from './inbox.ts';
import { KeepAlive } from './keep-alive.ts';
import { FrameReader, RECORD } from './wire/record.ts';
import { Link } from './wire/link.ts';
import { LocalSlot } from './slots/local-slot.ts';
import { Ref } from '../core/actor-ref.ts';
import { Refs } from './refs.ts';
import { Registry } from './registry.ts';
import { RemoteSlot } from './slots/remote-slot.ts';
import type { SlotTrail } from './slots/remote-slots.ts';
import { RemoteSlots } from './slots/remote-slots.ts';
import type { Schedule } from './scheduler.ts';
import { Scheduler } from './scheduler.ts';
import { Spawner } from './spawner.ts';
import { Tally } from './account.ts';
import { DEFAULT_RULES, Values } from './values.ts';
import { attachmentsOf } from './wire/parcel.ts';
import { within } from '../core/within.ts';

/** What a kernel needs of the host that it runs in. */
export interface KernelPorts {
  /** What it is. */
  readonly host: HostInfo;
  readonly clock: Clock;
  readonly random: Random;
  readonly turns: Turns;
  readonly current: Current;
  /** Whether it is known of every handler what it waits for; that costs each message more. Default false. */
  readonly followsAll?: boolean;
  /** Default: {@link Scheduler}. */
  readonly makeScheduler?: (kernel: Kernel) => Schedule;
  /** Whether slots of other hosts are never forgotten: when that happens would be up to the garbage collector. */
  readonly keepsSlots?: boolean;
  /** Sends a frame towards another host, with what is attached to it. */
  transmit(peer: number, frame: Buffer, attachments: Attachments | undefined): void;
  /** Whether the way to `peer` takes more without growing. */
  hasRoomTo(peer: number): boolean;
  toAuthority(request: Request): void;
  /** Takes what the other side of a link says beside messages: requests on main, orders elsewhere. */
  control(from: number, message: unknown): void;
  /** Imports a module, so that its definitions are made. */
  load(url: string): Promise<unknown>;
  /** Whether the code that runs now is a module being imported for a host. */
  isLoading(): boolean;
  /** Where it is noted what has begun, if that is to outlive this host. */
  readonly started?: StartedTable;
  /** What must not be cut off began or ended. */
  keepAlive(isHeld: boolean): void;
}

const NO_ATTACHMENTS: Attachments = [];

/** What was asked of the authority, by whom. */
interface PendingRequest {
  readonly resolve: (order: Order) => void;
  readonly reject: (error: Error) => void;
  readonly caller: Invocation | undefined;
  /** Whether the program stays alive for it. */
  readonly holds: boolean;
}

/**
 * What runs in every host: the main thread, each worker thread, each process. It schedules the actors that
 * live here and knows the way to all others.
 */
export class Kernel implements LinkPort, RefsPort {
  readonly hostId: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly current: Current;
  readonly deadlines: Deadlines;
  readonly scheduler: Schedule;
  readonly keepAlive: KeepAlive;
  readonly tally = new Tally();
  readonly refs: Refs;
  readonly values: Values;
  readonly ports: KernelPorts;
  /** Slots whose actors live here, until they are dead. */
  readonly localSlots = new Map<number, LocalSlot>();
  readonly remoteSlots: RemoteSlots;
  readonly spawner: Spawner;
  readonly registry: Registry;
  readonly #inbox: Inbox;
  readonly #links = new Map<number, Link>();
  readonly #linksToFlush = new Set<Link>();
  readonly #asks = new Map<number, RemoteSlot>();
  /** Ends of actors here that aren't told yet. */
  readonly #ends: Request[] = [];
  /** What was lost with hosts that nobody has said of yet that they are gone. */
  readonly #losses = new Map<number, Loss>();
  readonly #requests = new Map<number, PendingRequest>();
  #allEnded: (() => void) | undefined;
  #cellsLeft = 0;
  #lastAskId = 0;
  #lastRequest = 0;
  #lastInvocation = 0;

  constructor(hostId: number, ports: KernelPorts, rules: MessageRules = DEFAULT_RULES) {
    this.hostId = hostId;
    this.ports = ports;
    this.clock = ports.clock;
    this.random = ports.random;
    this.current = ports.current;
    this.deadlines = new Deadlines(ports.clock);
    this.scheduler = ports.makeScheduler?.(this) ?? new Scheduler(ports.clock, ports.turns, () => this.flush());
    this.keepAlive = new KeepAlive(() => this.scheduler.arm(), (isHeld) => ports.keepAlive(isHeld));
    this.refs = new Refs(this);
    this.values = new Values(this.refs, rules);
    this.remoteSlots = new RemoteSlots((trail) => this.#forget(trail), ports.keepsSlots);
    this.spawner = new Spawner(this);
    this.registry = new Registry(this);
    this.#inbox = new Inbox(this);
  }

  packShape(shape: Shape): Uint8Array { return this.values.packShape(shape); }

  /** Whether both this host and one, or a slot, elsewhere are threads of one program. */
  sharesMemoryWith(id: number): boolean {
    return isThreadNumber(this.hostId) && isThreadNumber(id);
  }

  // Refs and slots

  refTo(slot: Slot): Ref {
    return this.refs.to(this.remoteSlots.get(slot.id) ?? slot);
  }

  refAbout({ slot, path, shape }: SlotIdentity): ActorRef<object> {
    return this.refTo(this.slotFor(slot, path, this.refs.shape(shape))) as unknown as ActorRef<object>;
  }

  /** @throws {TypeError} Not a ref of this system. */
  slotOf(ref: ActorRef<object>): Slot {
    const slot = Refs.slotOf(ref);
    if (slot !== undefined && this.owns(slot)) return slot;
    throw invalidOption('the ref', ref, 'a ref of this system');
  }

  /** @throws {TypeError} Not a ref of this system. */
  slotIdOf(ref: ActorRef<object>): number {
    return this.slotOf(ref).id;
  }

  pathOf(ref: ActorRef<object>): string {
    return Ref.recipientOf(ref)?.path ?? '';
  }

  owns(slot: object): boolean {
    return (slot instanceof LocalSlot || slot instanceof RemoteSlot) && slot.isOf(this);
  }

  /** The remote one, if an actor has come here that was elsewhere before: all go one way to it, so that order is kept. */
  slotFor(id: number, path: string, shape: Shape): Slot {
    return this.remoteSlots.get(id) ?? this.localSlots.get(id)
      ?? this.remoteSlots.add(id, (trail) => new RemoteSlot(this, trail, path, shape));
  }

  // What actors ask for

  /** @param incarnation Of the parent; the slot above all has none. */
  spawnUnder(parent: number, incarnation = 0): Spawn {
    return this.spawner.spawnUnder(parent, incarnation);
  }

  childrenOf(parent: number, incarnation: number): ChildSlots {
    return this.spawner.childrenOf(parent, incarnation);
  }

  async activeChildren(slot: number): Promise<readonly ActorRef<object>[]> {
    const { actors } = await this.request<Extract<Order, { type: 'children' }>>((request) => ({ type: 'children', request, slot }));
    return actors.map((actor) => this.refAbout(actor));
  }

  logOf(path: string): Logger {
    const write = (level: LogLevel) => (fields: unknown, message: unknown): void => {
      const checked = this.values.fieldsOf(fields);
      this.toAuthority({ type: 'log', level, path, fields: checked, text: toSendableText(message) });
    };
    return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  }

  nextInvocationId(): number {
    return this.#lastInvocation = (this.#lastInvocation + 1) >>> 0;
  }

  // Asks

  register(slot: RemoteSlot): number {
    do this.#lastAskId = (this.#lastAskId + 1) >>> 0; while (this.#asks.has(this.#lastAskId));
    this.#asks.set(this.#lastAskId, slot);
    return this.#lastAskId;
  }

  /** Where the ask that is being made was made, if that is noted. */
  askStackOf(slot: Slot, handler: number): AskStack | undefined {
    return this.values.rules.askStacks ? new AskStack(slot.shape, handler) : undefined;
  }

  forgetAsk(askId: number): void {
    this.#asks.get(askId)?.forgetAsk(askId);
    this.#asks.delete(askId);
  }

  /** Who waits for the reply; nobody when it comes too late. */
  pending(askId: number): PendingAsk | PendingStream | undefined {
    return this.#asks.get(askId)?.pending(askId);
  }

  lateReply(): void {
    this.tally.lateReplies++;
    this.toAuthority({ type: 'event', name: 'late_reply', event: { count: 1 } });
  }

  deadLetter(
    actor: string, handler: string, reason: DeadLetterReason, hasBegun = false,
  ): void {
    const event = { actor, handler, reason, count: 1, maybeExecuted: hasBegun ? 1 : 0 };
    this.toAuthority({ type: 'event', name: 'dead_letter', event });
  }

  get account(): Account {
    const { sent, handled, rejected, deadLetters, lateReplies } = this.tally;
    return { sent, handled, rejected, deadLetters, queued: this.#countQueued(), lateReplies };
  }

  /** Counted where they are, not as what is left: the two must agree. */
  #countQueued(): number {
    let queued = 0;
    for (const slot of this.remoteSlots) queued += slot.unsettledMessages;
    for (const slot of this.localSlots.values()) queued += slot.unsettledOf(this.localReceipt);
    return queued;
  }

  /** Messages that left for `host` are lost with it. */
  lost(host: number, { count, maybeExecuted }: Loss): void {
    const sum = this.#losses.get(host) ?? { count: 0, maybeExecuted: 0 };
    this.#losses.set(host, { count: sum.count + count, maybeExecuted: sum.maybeExecuted + maybeExecuted });
  }

  /** The account of messages between actors of this thread. */
  readonly localReceipt: Receipt = {
    started: () => undefined,
    settled: (envelope: Envelope, fate: Fate, why: DeadLetterReason = 'stopped', hasBegun = false): void => {
      if (envelope.deadline !== undefined) this.deadlines.remove(envelope.deadline);
      if (envelope.isSignal) return;
      const { tally } = this;
      switch (fate) {
        case 'handled':
          tally.handled++;
          break;
        case 'rejected':
          tally.rejected++;
          break;
        case 'dead_letter':
          tally.deadLetters++;
          this.deadLetter(envelope.to.path, envelope.to.shape.nameOf(envelope.handler), why, hasBegun);
      }
    },
  };

  // The authority

  toAuthority(request: Request): void {
    this.ports.toAuthority(request);
  }

  /** An actor here has ended. Its messages go first: whoever is told of its end has them by then. */
  reportEnd(end: Extract<Request, { type: 'ended' }>): void {
    if (this.hostId === MAIN_HOST) {
      this.toAuthority(end);
      return;
    }
    this.#ends.push(end);
    this.scheduler.arm();
  }

  /** Asks the authority, and resolves with its answer. The program stays alive meanwhile. */
  request<O extends Order>(make: (request: number) => Request): Promise<O> {
    const number = ++this.#lastRequest;
    const request = make(number);
    const caller = this.current.invocation;
    if (caller !== undefined) caller.waits++;
    return new Promise<Order>((resolve, reject) => {
      const holds = caller?.isDaemon !== true;
      this.#requests.set(number, { resolve, reject, caller, holds });
      if (holds) this.keepAlive.hold();
      this.toAuthority(request);
    }) as Promise<O>;
  }

  /** {@link request}, within its time. What is answered later concerns nobody. */
  async requestWithin<O extends Order>(make: (request: number) => Request, wait: Wait, late: () => Error): Promise<O> {
    let number = 0;
    const answered = this.request<O>((request) => make(number = request));
    try {
      return await within(answered, this.clock, wait, late);
    } finally {
      this.#takeRequest(number);
    }
  }

  obey(order: Order): void {
    switch (order.type) {
      case 'spawned':
      case 'snapshot':
      case 'found':
      case 'children':
      case 'done':
        this.#takeRequest(order.request)?.resolve(order);
        break;
      case 'failed':
        this.#takeRequest(order.request)?.reject(order.error);
        break;
      case 'start':
        this.spawner.start(order);
        break;
      case 'slot':
        this.localSlots.get(order.slot)?.notice(order.notice);
        this.remoteSlots.get(order.slot)?.notice(order.notice);
        break;
      case 'retire': {
        const slot = this.localSlots.get(order.slot);
        this.localSlots.delete(order.slot);
        slot?.retire(order.reason);
        break;
      }
      case 'shutdown':
        if (!this.#giveUpStart(order, 'shutdown')) this.localSlots.get(order.slot)?.shutdown(order.incarnation);
        break;
      case 'kill':
        if (!this.#giveUpStart(order, 'killed')) this.localSlots.get(order.slot)?.killNow(order.incarnation);
        break;
      case 'suspend':
      case 'resume': {
        const { type, inquiry, slot, incarnation } = order;
        const done = (): void => this.toAuthority({ type: 'obeyed', inquiry });
        this.localSlots.get(slot)?.setSuspended(incarnation, type === 'suspend', done);
        break;
      }
      case 'inspect':
        this.toAuthority({ type: 'inspected', inquiry: order.inquiry, facts: this.localSlots.get(order.slot)?.facts });
        break;
      case 'exit':
        this.localSlots.get(order.slot)?.exited({ ref: this.refAbout(order.about), reason: order.reason, lostHost: order.lostHost });
        break;
      case 'link_exit': {
        const { slot, incarnation, about, reason } = order;
        this.localSlots.get(slot)?.linkExited(incarnation, about.slot, { ref: this.refAbout(about), reason });
        break;
      }
      case 'unlinked':
        this.localSlots.get(order.slot)?.unlinked(order.from);
        break;
      case 'down': {
        const { about, reason, restarting } = order;
        this.localSlots.get(order.slot)?.wentDown({ ref: this.refAbout(about), reason, restarting });
        break;
      }
      case 'host_gone':
        this.#hostGone(order);
        break;
      case 'account':
        this.toAuthority({ type: 'account', request: order.request, account: this.account });
        break;
      case 'drain':
        this.toAuthority({ type: 'drained' });
        break;
    }
  }

  // Links

  /** Says something beside the messages, in order with them. */
  sendControl(peer: number, message: Request | Order): void {
    this.linkTo(peer).send(RECORD.control, [], this.values.encodeControl(message, this.sharesMemoryWith(peer)));
  }

  linkTo(peer: number): Link {
    let link = this.#links.get(peer);
    if (link === undefined) this.#links.set(peer, link = new Link(this, peer));
    return link;
  }

  hasRoomTo(peer: number | undefined): boolean {
    return peer === undefined || this.ports.hasRoomTo(peer);
  }

  needsFlush(link: Link): void {
    this.#linksToFlush.add(link);
    this.scheduler.arm();
  }

  transmit(peer: number, frame: Buffer, attachments: Attachments | undefined): void {
    this.ports.transmit(peer, frame, attachments);
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
      if (this.hostId === MAIN_HOST) this.ports.transmit(to, Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength), attachments);
      else throw new ProtocolError(`Cannot take a frame for host ${to}: this is host ${this.hostId}`);
      return;
    }
    const link = this.linkTo(from);
    link.received(reader);
    this.scheduler.runInput(() => {
      while (reader.next()) this.#inbox.take(link, reader, attachments.length === 0 ? undefined : attachmentsOf(reader.index, attachments));
    });
  }

  /** Sends all that waits, now. */
  flush(): void {
    this.keepAlive.update();
    // Main first: it must know that this host is busy before what it did reaches others.
    const toMain = this.#links.get(MAIN_HOST);
    if (toMain !== undefined && this.#linksToFlush.delete(toMain)) toMain.flush();
    for (const link of this.#linksToFlush) {
      this.#linksToFlush.delete(link);
      link.flush();
    }
    if (this.#ends.length === 0 || this.remoteSlots.isSeeking) return;
    for (const end of this.#ends.splice(0)) this.toAuthority(end);
    const link = this.linkTo(MAIN_HOST);
    this.#linksToFlush.delete(link);
    link.flush();
  }

  /** Crashes an actor for what it did outside of its handlers' promises. False when it isn't here. */
  crashActor({ slotId, envelope }: Invocation, error: unknown): boolean {
    const cell = this.localSlots.get(slotId)?.cell;
    cell?.crashFromOutside(error, envelope);
    return cell !== undefined;
  }

  /** Stops every actor here; `done` comes when all have ended, or after `graceMs`. */
  stopAll(graceMs: number, done: () => void): void {
    const limit = new Alarm(() => finish());
    const finish = (): void => {
      this.deadlines.remove(limit);
      done();
    };
    this.#allEnded = finish;
    this.toAuthority({ type: 'ending' });
    this.deadlines.add(limit, this.clock.now() + graceMs);
    const live = [...this.localSlots.values()].filter(({ cell }) => cell !== undefined);
    this.#cellsLeft = live.length;
    for (const { cell } of live) cell?.stop({ kind: 'shutdown' });
    if (live.length === 0) finish();
  }

  /** Whether this host ends with all its actors. */
  get isEnding(): boolean { return this.#allEnded !== undefined; }

  /** A cell of an ending host has ended. */
  cellEnded(): void {
    if (--this.#cellsLeft === 0) this.#allEnded?.();
  }

  close(): void {
    this.deadlines.close();
  }

  #hostGone({ host, reason, started }: Extract<Order, { type: 'host_gone' }>): void {
    for (const slot of this.remoteSlots) slot.hostGone(host, reason, started);
    const { count, maybeExecuted } = this.#losses.get(host) ?? { count: 0, maybeExecuted: 0 };
    this.#losses.delete(host);
    this.toAuthority({ type: 'lost', host, count, maybeExecuted });
    const link = this.#links.get(host);
    this.#links.delete(host);
    if (link === undefined) return;
    this.#linksToFlush.delete(link);
    const error = new ActorError('TROUPE_HOST_DOWN', 'Cannot answer: the host of the asker has ended');
    for (const envelope of link.asked.values()) envelope.cancel(error);
  }

  /** An actor whose module is still being loaded has ended as well. */
  #giveUpStart({ slot, incarnation }: { slot: number; incarnation: number }, kind: 'shutdown' | 'killed'): boolean {
    if (!this.spawner.endLoading({ slot, incarnation })) return false;
    this.toAuthority({ type: 'ended', slot, incarnation, reason: { kind }, wasStarting: true });
    return true;
  }

  /** Nobody here can reach the slot any more: who counts for us may stop. */
  #forget({ id, lastHost, isDead }: SlotTrail): void {
    if (this.#links.has(lastHost)) this.linkTo(lastHost).send(RECORD.forget, [id]);
    if (!isDead) this.toAuthority({ type: 'unwatch', slot: id });
  }

  #takeRequest(request: number): PendingRequest | undefined {
    const pending = this.#requests.get(request);
    if (!this.#requests.delete(request)) return undefined;
    if (pending?.caller !== undefined) pending.caller.waits--;
    if (pending?.holds === true) this.keepAlive.release();
    return pending;
  }

}
