import type { Account } from './account.ts';
import type { ActorRef } from '../core/actor-ref.ts';
import type { Attachments } from './wire/parcel.ts';
import type { ChildSlots } from '../core/child-slots.ts';
import type { Clock, Random } from '../core/clock.ts';
import type { Current } from '../core/current.ts';
import type { Invocation } from '../core/invocation.ts';
import type { KernelObserver } from './kernel-observer.ts';
import type { KernelPorts } from './kernel-ports.ts';
import type { Order, Request, SlotIdentity } from './control.ts';
import type { MessageRules } from './values.ts';
import type { RefsPort } from './refs.ts';
import type { Schedule } from './scheduler.ts';
import type { Shape } from '../core/shape.ts';
import type { Slot } from './slots/slot.ts';
import type { SlotTrail } from './slots/remote-slots.ts';
import type { Spawn } from '../core/spawn-options.ts';
import { MAIN_HOST, isThreadNumber } from './control.ts';
import { invalidOption, toError } from '../core/errors.ts';
import { AskStack } from './ask-stack.ts';
import { Alarm, Deadlines } from '../core/deadlines.ts';
import { KeepAlive } from './keep-alive.ts';
import { LocalReceipt } from './slots/local-receipt.ts';
import { LocalSlot } from './slots/local-slot.ts';
import { LogSource } from './log-source.ts';
import { Orders } from './orders.ts';
import { RECORD } from './wire/record.ts';
import { Ref } from '../core/actor-ref.ts';
import { Refs } from './refs.ts';
import { Registry } from './registry.ts';
import { RemoteAsks } from './remote-asks.ts';
import { RemoteSlot } from './slots/remote-slot.ts';
import { RemoteSlots } from './slots/remote-slots.ts';
import { Requests } from './requests.ts';
import { Router } from './router.ts';
import { Scheduler } from './scheduler.ts';
import { Spawner } from './spawner.ts';
import { Tally } from './tally.ts';
import { DEFAULT_RULES, Values } from './values.ts';

/**
 * What runs in every host: the main thread, each worker thread, each process. It schedules the actors that
 * live here and knows the way to all others.
 */
export class Kernel implements RefsPort {
  readonly hostId: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly current: Current;
  readonly deadlines: Deadlines;
  readonly scheduler: Schedule;
  readonly keepAlive: KeepAlive;
  readonly observer: KernelObserver | undefined;
  readonly refs: Refs;
  readonly values: Values;
  readonly ports: KernelPorts;
  /** What this host has asked the authority. */
  readonly requests = new Requests(this);
  readonly remoteAsks = new RemoteAsks();
  readonly tally = new Tally((request) => this.toAuthority(request));
  readonly localReceipt: LocalReceipt;
  /** Slots whose actors live here, until they are dead. */
  readonly localSlots = new Map<number, LocalSlot>();
  readonly remoteSlots: RemoteSlots;
  readonly spawner: Spawner;
  readonly registry: Registry;
  readonly router: Router;
  readonly logs: LogSource;
  readonly #orders = new Orders(this);
  /** What actors here have saved that isn't told yet, by slot: the last of each. */
  readonly #saved = new Map<number, Request>();
  /** Ends of actors here that aren't told yet. */
  readonly #ends: Request[] = [];
  #allEnded: (() => void) | undefined;
  #cellsLeft = 0;
  #lastInvocation = 0;

  constructor(hostId: number, ports: KernelPorts, rules: MessageRules = DEFAULT_RULES) {
    this.hostId = hostId;
    this.ports = ports;
    this.clock = ports.clock;
    this.random = ports.random;
    this.current = ports.current;
    this.observer = ports.observer;
    this.deadlines = new Deadlines(ports.clock);
    this.localReceipt = new LocalReceipt(this.deadlines, this.tally, ports.observer);
    this.scheduler = ports.makeScheduler?.(this) ?? new Scheduler(ports.clock, ports.turns, () => this.flush());
    this.keepAlive = new KeepAlive(() => this.scheduler.arm(), (isHeld) => ports.keepAlive(isHeld));
    this.refs = new Refs(this);
    this.values = new Values(this.refs, rules);
    this.remoteSlots = new RemoteSlots((trail) => this.#forget(trail), ports.keepsSlots);
    this.spawner = new Spawner(this);
    this.registry = new Registry(this);
    this.router = new Router(this);
    this.logs = new LogSource(this, ports.logLevel ?? 'info');
  }

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
    const { actors } = await this.requests.ask<Extract<Order, { type: 'children' }>>((request) => ({ type: 'children', request, slot }));
    return actors.map((actor) => this.refAbout(actor));
  }

  nextInvocationId(): number {
    return this.#lastInvocation = (this.#lastInvocation + 1) >>> 0;
  }

  /** Where the ask that is being made was made, if that is noted. */
  askStackOf(slot: Slot, handler: number): AskStack | undefined {
    return this.values.rules.askStacks ? new AskStack(slot.shape, handler) : undefined;
  }

  // The authority

  toAuthority(request: Request): void {
    this.observer?.requested(request);
    this.ports.toAuthority(request);
  }

  obey(order: Order): void {
    this.observer?.ordered(order);
    this.#orders.obey(order);
  }

  /** An actor here has saved something. Who saves again and again in one turn has the authority told once. */
  reportSaved(saved: Extract<Request, { type: 'saved' }>): void {
    if (this.hostId === MAIN_HOST) {
      this.toAuthority(saved);
      return;
    }
    this.#saved.set(saved.slot, saved);
    this.scheduler.arm();
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

  // Other hosts

  /** Takes a frame. @throws {ProtocolError} See {@link Router.receive}. */
  receive(frame: Uint8Array, sender?: number, attachments?: Attachments): void {
    this.router.receive(frame, sender, attachments);
  }

  /** Says something beside the messages, in order with them. */
  sendControl(peer: number, message: Request | Order): void {
    this.router.linkTo(peer).send(RECORD.control, [], this.values.encodeControl(message, this.sharesMemoryWith(peer)));
  }

  /** Sends what waits for the main thread, now. */
  flushToMain(): void {
    if (this.hostId === MAIN_HOST) return;
    this.keepAlive.update();
    this.#tellSaved();
    this.router.flushTo(MAIN_HOST);
  }

  /** Something is about to leave in the midst of a turn: what was saved before it goes ahead of it. */
  flushSaved(): void {
    if (this.#saved.size > 0) this.flushToMain();
  }

  /** Sends all that waits, now. */
  flush(): void {
    this.keepAlive.update();
    this.#tellSaved();
    this.router.flush();
    if (this.#ends.length === 0 || this.remoteSlots.isSeeking) return;
    for (const end of this.#ends.splice(0)) this.toAuthority(end);
    this.router.flushTo(MAIN_HOST);
  }

  // All that lives here

  /** Crashes an actor for what it did outside of its handlers' promises. Once that incarnation has ended, it is a line of its log. */
  blame({ slotId, incarnation, log, envelope }: Invocation, error: unknown): void {
    const cell = this.localSlots.get(slotId)?.cell;
    if (cell?.incarnation === incarnation) cell.crashFromOutside(error, envelope);
    else log.error({ err: toError(error) }, 'failed after its end');
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

  /** What became of the messages that this host has sent. */
  get account(): Account {
    const { sent, handled, rejected, deadLetters, lateReplies } = this.tally;
    return { sent, handled, rejected, deadLetters, queued: this.#countQueued(), lateReplies };
  }

  close(): void {
    this.deadlines.close();
  }

  #tellSaved(): void {
    if (this.#saved.size === 0) return;
    const all = [...this.#saved.values()];
    this.#saved.clear();
    for (const saved of all) this.toAuthority(saved);
  }

  /** Counted where they are, not as what is left: the two must agree. */
  #countQueued(): number {
    let queued = 0;
    for (const slot of this.remoteSlots) queued += slot.unsettledMessages;
    for (const slot of this.localSlots.values()) queued += slot.unsettledOf(this.localReceipt);
    return queued;
  }

  /** Nobody here can reach the slot any more: who counts for us may stop. */
  #forget({ id, lastHost, isDead }: SlotTrail): void {
    this.router.knownLink(lastHost)?.send(RECORD.forget, [id]);
    if (!isDead) this.toAuthority({ type: 'unwatch', slot: id });
  }
}
