import type { Account } from './account.ts';
import type { ActorRef } from '../core/actor-ref.ts';
import type { ChildSlots } from '../core/child-slots.ts';
import type { Clock, Random, Turns } from '../core/clock.ts';
import type { Current } from '../core/current.ts';
import type { DeadLetterReason, Envelope, Fate, Receipt } from '../core/envelope.ts';
import type { Invocation } from '../core/invocation.ts';
import type { LinkPort } from './wire/link.ts';
import type { Logger, LogLevel } from '../core/log.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { Order, Request, SlotIdentity } from './control.ts';
import { MAIN_HOST, isThreadNumber } from './control.ts';
import type { Attached, Attachments, Way } from './wire/parcel.ts';
import type { PendingAsk, PendingStream } from './pending-ask.ts';
import type { RefsPort } from './refs.ts';
import type { Shape } from '../core/shape.ts';
import type { Slot } from './slots/slot.ts';
import type { Loss } from './lost-messages.ts';
import type { Wait } from '../core/within.ts';
import type { Spawn } from '../core/spawn-options.ts';
import type { StartedTable } from './started-numbers.ts';
import {
  ActorCrashedError, ActorError, FrameTooLargeError, ProtocolError, RefusedError, invalidOption,
} from '../core/errors.ts';
import { Codec, toPlainError, toSendableError, toSendableFields, toSendableText } from './wire/codec.ts';
import { AskStack } from './ask-stack.ts';
import { Alarm, Deadlines } from '../core/deadlines.ts';
import { Inbox } from './inbox.ts';
import { KeepAlive } from './keep-alive.ts';
import { FrameReader, RECORD } from './wire/record.ts';
import { Link } from './wire/link.ts';
import { LocalSlot } from './slots/local-slot.ts';
import { Ref } from '../core/actor-ref.ts';
import { roughSize } from './wire/rough-size.ts';
import { Refs } from './refs.ts';
import { Registry } from './registry.ts';
import { RemoteSlot } from './slots/remote-slot.ts';
import type { SlotTrail } from './slots/remote-slots.ts';
import { RemoteSlots } from './slots/remote-slots.ts';
import type { Schedule } from './scheduler.ts';
import { Scheduler } from './scheduler.ts';
import { Spawner } from './spawner.ts';
import { Tally } from './account.ts';
import { COPIED, KEPT, NOT_SHARED, SHARED, attachmentsOf, handOver, isShared, transfersOf, unwrapped } from './wire/parcel.ts';
import { Transfer } from '../core/transfer.ts';
import { checkSendable } from '../core/check-sendable.ts';
import { show } from '../core/errors.ts';
import { within } from '../core/within.ts';

/** What a kernel needs of the host that it runs in. */
export interface KernelPorts {
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
/** A state that takes more isn't measured: that would take a while. */
const MAX_STATE_BYTES = 2 ** 20;

/** What was asked of the authority, by whom. */
interface PendingRequest {
  readonly resolve: (order: Order) => void;
  readonly reject: (error: Error) => void;
  readonly caller: Invocation | undefined;
}

/** A message as it travels: bytes, the shapes of the refs in them, and buffers beside them. */
export interface Encoded {
  readonly body: Uint8Array;
  readonly shapes: readonly Shape[];
  readonly attached: readonly Attached[] | undefined;
}

/** How messages pass within a thread: as they are once checked, or through the codec. */
export type LocalMessages = 'checked' | 'copied';

/** What a system's messages go by, the same on all its hosts. */
export interface MessageRules {
  readonly local: LocalMessages;
  /** The longest message, reply, item or input. */
  readonly maxBytes: number;
  /** Whether every ask notes where it was made. */
  readonly askStacks: boolean;
}

export const DEFAULT_RULES: MessageRules = { local: 'checked', maxBytes: 64 * 2 ** 20, askStacks: false };

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
  readonly ports: KernelPorts;
  /** Slots whose actors live here, until they are dead. */
  readonly localSlots = new Map<number, LocalSlot>();
  readonly remoteSlots: RemoteSlots;
  readonly spawner: Spawner;
  readonly registry: Registry;
  readonly #codec: Codec;
  readonly #inbox: Inbox;
  readonly #rules: MessageRules;
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

  constructor(hostId: number, ports: KernelPorts, rules = DEFAULT_RULES) {
    this.hostId = hostId;
    this.ports = ports;
    this.clock = ports.clock;
    this.random = ports.random;
    this.current = ports.current;
    this.deadlines = new Deadlines(ports.clock);
    this.scheduler = ports.makeScheduler?.(this) ?? new Scheduler(ports.clock, ports.turns, () => this.flush());
    this.keepAlive = new KeepAlive(() => this.scheduler.arm(), (isHeld) => ports.keepAlive(isHeld));
    this.refs = new Refs(this);
    this.remoteSlots = new RemoteSlots((trail) => this.#forget(trail), ports.keepsSlots);
    this.spawner = new Spawner(this);
    this.registry = new Registry(this);
    this.#codec = new Codec(this.refs, rules.maxBytes);
    this.#inbox = new Inbox(this);
    this.#rules = rules;
  }

  // Values

  /**
   * @param shares Whether it goes to a thread of the program, from another one.
   * @throws {NotSendableError}
   * @throws {FrameTooLargeError}
   */
  encode(value: unknown, what: string, shares = false): Encoded {
    return this.#encode(value, what, shares ? SHARED : COPIED, this.#rules.maxBytes);
  }

  /** {@link encode} for what an actor is started with. */
  encodeInput(input: unknown, what: string, way: Omit<Way, 'transfers'>): Encoded {
    return this.#encode(input, what, { ...COPIED, ...way }, this.#rules.maxBytes);
  }

  /** Never fails: an error has a limit of its own. */
  encodeError(error: unknown): Encoded {
    const what = 'an error';
    let body: Uint8Array;
    try {
      body = this.#codec.encode(this.sendableError(error), what, COPIED, Infinity);
    } catch {
      // It is another one whenever it is looked at.
      this.refs.takeEncodedShapes();
      body = this.#codec.encode(toPlainError(error), what, COPIED, Infinity);
    }
    return { body, shapes: this.refs.takeEncodedShapes(), attached: undefined };
  }

  /** Whatever was thrown, as an error that may go to every host. */
  sendableError(error: unknown): Error {
    return toSendableError(error, this.#canMove);
  }

  /** {@link sendableError} for what an actor has ended for. */
  sendableReason(reason: ExitReason): ExitReason {
    return reason.kind === 'error' ? { kind: 'error', error: this.sendableError(reason.error) } : reason;
  }

  /** {@link encode} for the arguments of a message. */
  encodeArguments(args: readonly unknown[], handler: string, shares = false): Encoded {
    return this.#encodeArguments(args, handler, shares ? SHARED : COPIED, this.#rules.maxBytes);
  }

  /** @param isLenient Whether a text stands for an instance of a class that isn't registered here. */
  decode(bytes: Uint8Array, attached?: readonly Attached[], isLenient = false): unknown {
    return this.#codec.decode(bytes, attached, isLenient);
  }

  /** Whether both this host and one, or a slot, elsewhere are threads of one program. */
  sharesMemoryWith(id: number): boolean {
    return isThreadNumber(this.hostId) && isThreadNumber(id);
  }

  /** How many bytes the state of an actor here would take; undefined when it can't be encoded, or is long. Never throws. */
  sizeOf(state: unknown): number | undefined {
    if (roughSize(state, MAX_STATE_BYTES) > MAX_STATE_BYTES) return undefined;
    try {
      const { length } = this.#codec.encode(state, 'the state', KEPT, MAX_STATE_BYTES);
      return length <= MAX_STATE_BYTES ? length : undefined;
    } catch {
      return undefined;
    } finally {
      this.refs.takeEncodedShapes();
    }
  }

  /** Arguments for an actor of this thread. @throws {NotSendableError} */
  passArguments(args: unknown[], handler: string): unknown[] {
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      const type = typeof arg;
      if (type === 'string' || type === 'number' || type === 'boolean' || arg === undefined || arg === null) continue;
      if (arg instanceof Transfer) return this.copyArguments(args, handler);
      this.#check(arg, `argument ${i + 1} of ${handler}`);
    }
    return this.#rules.local === 'checked' && !this.refs.takeNames() ? args : this.copyArguments(args, handler);
  }

  /** Arguments for many. @param shares Whether all of them live in threads of the program. @throws {NotSendableError} */
  checkArguments(args: readonly unknown[], handler: string, shares: boolean): void {
    args.forEach((arg, i) => this.#check(arg, `argument ${i + 1} of ${handler}`, shares));
  }

  /** Arguments for an actor of this thread as another host would get them: transferred buffers are new ones. */
  copyArguments(args: readonly unknown[], handler: string): unknown[] {
    const { body, attached } = this.#encodeArguments(args, handler, KEPT, Infinity);
    return this.decode(body, attached) as unknown[];
  }

  /** A reply within this thread. @throws {NotSendableError} */
  readonly passReply = (value: unknown, what: string): unknown => {
    if (value instanceof Transfer) return this.#copy(value, what);
    this.#check(value, what);
    return this.#rules.local === 'checked' && !this.refs.takeNames() ? value : this.#copy(value, what);
  };

  /** What an actor of this thread has failed with, as another host would get it. */
  passError(error: unknown): unknown {
    return error instanceof ActorCrashedError || error instanceof RefusedError ? this.sendableError(error) : error;
  }

  /** A reply of a definition that never leaves this thread: whatever it is, but for a transfer. */
  readonly passUnchecked = (value: unknown, what: string): unknown => {
    return value instanceof Transfer ? this.#copy(value, what) : value;
  };

  /** A copy for somebody who looks at it; short texts stand for what can't be sent. Never fails. */
  copyForShow(value: unknown): unknown {
    try {
      const { body } = this.#encode(toSendableFields({ value }, this.#canMove), 'a value', COPIED, Infinity);
      return (this.decode(body, undefined, true) as { value?: unknown }).value;
    } catch {
      // It is another one whenever it is looked at.
      this.refs.takeEncodedShapes();
      return `[${show(value)}]`;
    }
  }

  /** As it goes ahead of an ask, whose own length may be limited. */
  packAskStack(text: string): Encoded {
    return { body: this.#codec.encode(text, 'a stack', COPIED, Infinity), shapes: [], attached: undefined };
  }

  packShape({ data }: Shape): Uint8Array {
    return this.#codec.encode(data, 'a shape', COPIED, Infinity);
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

  logOf(path: string): Logger {
    const write = (level: LogLevel) => (fields: unknown, message: unknown): void => {
      const checked = toSendableFields(fields, this.#canMove);
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
    return this.#rules.askStacks ? new AskStack(slot.shape, handler) : undefined;
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
      this.#requests.set(number, { resolve, reject, caller });
      this.keepAlive.hold();
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
    const way = this.sharesMemoryWith(peer) ? SHARED : COPIED;
    // No limit: what it holds has been through one, an input or an error.
    const encode = (value: Request | Order): Uint8Array => this.#codec.encode(value, `a ${message.type}`, way, Infinity);
    let body: Uint8Array;
    try {
      body = encode(message);
    } catch {
      // An error that is another one whenever it is looked at.
      this.refs.takeEncodedShapes();
      body = encode(withPlainErrors(message));
    }
    const { attached } = this.#codec;
    this.linkTo(peer).send(RECORD.control, [], { body, shapes: this.refs.takeEncodedShapes(), attached });
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

  #encode(value: unknown, what: string, way: Way, maxBytes: number): Encoded {
    if (!(value instanceof Transfer)) return this.#encoded(this.#codec.encode(value, what, way, maxBytes), what, maxBytes);
    const transfers = value.buffers;
    return this.#encoded(this.#codec.encode(value.value, what, { ...way, transfers }, maxBytes), what, maxBytes, transfers);
  }

  #encodeArguments(args: readonly unknown[], handler: string, way: Way, maxBytes: number): Encoded {
    const what = `arguments of ${handler}`;
    const transfers = transfersOf(args, what);
    const values = transfers === undefined ? args : args.map(unwrapped);
    let body: Uint8Array;
    try {
      body = this.#codec.encodeList(values, what, transfers === undefined ? way : { ...way, transfers }, maxBytes);
    } catch (error) {
      if (error instanceof FrameTooLargeError) throw error;
      // The text names the argument as its writer counts.
      values.forEach((arg, i) => this.#check(arg, `argument ${i + 1} of ${handler}`, way.shares));
      throw error;
    }
    return this.#encoded(body, what, maxBytes, transfers);
  }

  /** The last step: it will be sent. */
  #encoded(body: Uint8Array, what: string, maxBytes: number, transfers?: readonly ArrayBuffer[]): Encoded {
    const shapes = this.refs.takeEncodedShapes();
    const { attached } = this.#codec;
    if (body.length > maxBytes) throw new FrameTooLargeError(what, body.length, maxBytes);
    return { body, shapes, attached: transfers === undefined ? attached : handOver(attached, transfers, what) };
  }

  #copy(value: unknown, what: string): unknown {
    const { body, attached } = this.#encode(value, what, KEPT, Infinity);
    return this.decode(body, attached);
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
    this.keepAlive.release();
    return pending;
  }

  #check(value: unknown, what: string, shares = true): void {
    checkSendable(value, what, (object) => {
      if (isShared(object)) return shares ? undefined : NOT_SHARED;
      return this.refs.refusal(object);
    });
  }

  readonly #canMove = (movable: object): boolean => this.refs.departureRefusal(movable) === undefined;
}

/** What may hold an error deeper down. */
const HOLDERS: ReadonlySet<string> = new Set(['reason', 'notice', 'facts', 'comesBack']);

/** The same with errors, and fields of a log entry, that can surely be sent. */
function withPlainErrors<T extends object>(message: T): T {
  const plain = Object.entries(message).map(([key, value]: [string, unknown]) => {
    if (value instanceof Error) return [key, toPlainError(value)];
    if (key === 'fields') return [key, {}];
    if (key === 'state') return [key, '[a state that changes while it is read]'];
    const isHolder = HOLDERS.has(key) && typeof value === 'object' && value !== null;
    return [key, isHolder ? withPlainErrors(value) : value];
  });
  return Object.fromEntries(plain) as T;
}
