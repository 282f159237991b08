import type { ActorRef, CallSettings, Ref } from '../../core/actor-ref.ts';
import type { Receipt } from '../../core/envelope.ts';
import type { CellPort } from '../../core/cell-port.ts';
import type { ChildExit, ChildSlots } from '../../core/child-slots.ts';
import type { Clock, Random } from '../../core/clock.ts';
import type { CrashScene } from '../crash-scene.ts';
import type { Current } from '../../core/current.ts';
import type { Decision } from '../../core/decision.ts';
import type { Deadlines } from '../../core/deadlines.ts';
import type { Definition } from '../../core/definition.ts';
import type { Down, Exit } from '../../core/signal.ts';
import type { ExitReason } from '../../core/exit-reason.ts';
import type { HostInfo } from '../../core/host-info.ts';
import type { Kernel } from '../kernel.ts';
import type { ActorLog } from '../../core/log.ts';
import type { OpenGroup } from '../../core/group.ts';
import type { Runnable } from '../scheduler.ts';
import type { Order, SlotIdentity, SlotNotice, StoredValue } from '../control.ts';
import type { Spawn } from '../../core/spawn-options.ts';
import type { Stream } from '../../core/actor-ref.ts';
import type { ActorFacts } from '../../core/actor-snapshot.ts';
import type { Timer } from '../../core/timers.ts';
import type { Whereis } from '../../core/registry.ts';
import { ActorCell } from '../../core/actor-cell.ts';
import { ActorStoppedError, MailboxFullError, StartFailedError, UnavailableError } from '../../core/errors.ts';
import { AskDeadline, Envelope, NO_CHAIN } from '../../core/envelope.ts';
import { Mailbox } from '../../core/mailbox.ts';
import { PendingAsk, PendingStream } from '../pending-ask.ts';
import { Slot } from './slot.ts';
import { hasTransfer } from '../wire/parcel.ts';
import { cutText } from '../wire/sendable-error.ts';
import { isThreadNumber } from '../control.ts';
import { sceneMessage } from '../crash-scene.ts';

/** What an actor gets at each start; at hand here, or found and decoded here. */
export interface LocalSeed {
  readonly definition: Definition;
  /** Decoded anew for each incarnation, so that a restart is clean. */
  makeInput(): unknown;
}

/** What the authority says of a slot when it begins. */
type Birth = Pick<Extract<Order, { type: 'start' }>, 'slot' | 'path' | 'isHeld' | 'isDaemon' | 'parent'>;

/**
 * A slot whose actor lives in this host. It keeps the mailbox from one incarnation to the next; the cell is one
 * incarnation.
 */
export class LocalSlot extends Slot implements CellPort, Runnable {
  readonly mailbox: Mailbox;
  isScheduled = false;
  readonly isDaemon: boolean;
  readonly #seed: LocalSeed;
  readonly #isHeld: boolean;
  readonly #parent: SlotIdentity | undefined;
  /** Whether messages may hold whatever they like: for a definition that never leaves this thread. */
  readonly #isUnchecked: boolean;
  #cell: ActorCell | undefined;
  #incarnation = 0;
  /** What this incarnation finds as saved. */
  #saved: StoredValue | undefined;
  #isBusy = false;
  #hasEnded = false;
  /** It isn't started again unless somebody asks for that. */
  #isResting = false;
  /** What this incarnation was at when it failed. */
  #scene: CrashScene | undefined;
  /** The slots that this incarnation monitors. */
  readonly #monitored = new Set<number>();
  /** How often each slot was unlinked that the authority hasn't heard of yet: what it says of these links is over. */
  readonly #unlinking = new Map<number, number>();

  constructor(kernel: Kernel, { slot, path, isHeld, isDaemon, parent }: Birth, seed: LocalSeed) {
    super(kernel, slot, path, seed.definition.shape);
    this.mailbox = new Mailbox(seed.definition.parts.mailbox);
    this.#seed = seed;
    this.#isHeld = isHeld;
    this.isDaemon = isDaemon;
    this.#parent = parent;
    this.#isUnchecked = seed.definition.where === 'local';
  }

  get parent(): ActorRef<object> | undefined { return this.#parent && this.kernel.refAbout(this.#parent); }
  activeChildren(): Promise<readonly ActorRef<object>[]> { return this.kernel.activeChildren(this.id); }
  get isLocalOnly(): boolean { return this.#isUnchecked; }
  get slotId(): number { return this.id; }
  get self(): Ref { return this.kernel.refTo(this); }
  get clock(): Clock { return this.kernel.clock; }
  get random(): Random { return this.kernel.random; }
  get deadlines(): Deadlines { return this.kernel.deadlines; }
  get followsAll(): boolean { return this.kernel.ports.followsAll === true; }
  get current(): Current { return this.kernel.current; }
  get host(): HostInfo { return this.kernel.ports.host; }
  get spawn(): Spawn { return this.kernel.spawnUnder(this.id, this.#incarnation); }
  get children(): ChildSlots { return this.kernel.childrenOf(this.id, this.#incarnation); }
  get group(): OpenGroup { return this.kernel.registry.group; }
  get whereis(): Whereis { return this.kernel.registry.whereis; }
  get cell(): ActorCell | undefined { return this.#cell; }
  /** Nothing can be sent here any more; whether the slot itself is dead is for the authority to say. */
  get #isOver(): boolean { return this.deathReason !== undefined || (this.#hasEnded && !this.#isHeld); }

  /** Between two incarnations: the last one has ended, the next one isn't ready. */
  get #isRestarting(): boolean {
    return this.#incarnation > (this.#hasEnded ? 0 : 1) && this.#cell?.status !== 'running' && !this.#isOver;
  }

  /** Begins an incarnation. Whether it succeeds is told to the authority. */
  startIncarnation(incarnation: number, saved: StoredValue | undefined): void {
    this.#incarnation = incarnation;
    this.#saved = saved;
    this.#hasEnded = false;
    this.#isResting = false;
    const cell = this.#cell = new ActorCell(this, this.#seed.definition, incarnation);
    let input: unknown;
    try {
      input = this.#seed.makeInput();
    } catch (error) {
      const reason = { kind: 'error', error: new StartFailedError(this.path, 'its input', { cause: error }) } as const;
      this.#cell = undefined;
      this.ended(reason, true);
      return;
    }
    cell.start(input);
  }

  tell(handler: number, args: unknown[], _settings: CallSettings | undefined): boolean {
    const { kernel } = this;
    if (this.#hasPlace) args = this.#pass(args, handler);
    kernel.tally.sent++;
    const envelope = new Envelope('tell', this, handler, args, undefined, kernel.localReceipt, 0, NO_CHAIN, 0);
    kernel.observer?.sent(envelope, this.id);
    this.receive(envelope);
    return this.checkLoad(this.#waiting);
  }

  ask(handler: number, args: unknown[], settings: CallSettings | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ask = new PendingAsk(this.kernel, this, handler, settings, resolve, reject);
      this.#send('ask', handler, args, ask, ask, settings);
    });
  }

  stream(handler: number, args: unknown[], settings: CallSettings | undefined): Stream<unknown> {
    const stream = new PendingStream(this.kernel, this, handler, settings);
    const envelope = this.#send('stream', handler, args, stream.ask, stream, settings);
    stream.giveCredit = (items) => envelope?.producer?.credit(items);
    return stream;
  }

  /** A message from here or from another host takes its place. */
  receive(envelope: Envelope): void {
    if (this.#isOver || this.#isResting) {
      envelope.discard(this.#refusal(envelope));
      return;
    }
    if (envelope.isSignal) {
      this.mailbox.postSignal(envelope);
    } else {
      const tooMany = this.mailbox.post(envelope);
      if (tooMany !== undefined) this.#overflow(tooMany);
    }
    if (!this.isScheduled && this.#cell !== undefined) this.kernel.scheduler.schedule(this);
  }

  /** How many messages with this receipt wait here or are being handled. */
  unsettledOf(receipt: Receipt): number {
    let count = 0;
    for (const envelope of this.mailbox) if (envelope.receipt === receipt) count++;
    for (const envelope of this.mailbox.stash ?? []) if (envelope.receipt === receipt) count++;
    for (const envelope of this.#cell?.messages.open.unsettled() ?? []) if (envelope.receipt === receipt) count++;
    return count;
  }

  runSlice(limit: number): boolean {
    const canGoOn = this.#cell?.messages.runSlice(limit) === true;
    this.checkDrained();
    return canGoOn;
  }

  notice(notice: SlotNotice): void {
    if (notice.status === 'dead') this.retire(notice.reason);
    if (notice.status !== 'stopped') return;
    this.#isResting = true;
    this.#discardAll();
  }

  /** The slot is dead: what waits in it is told. */
  retire(reason: ExitReason): void {
    this.#discardAll();
    this.die(reason);
  }

  shutdown(incarnation: number): void {
    if (this.#incarnation === incarnation) this.#cell?.stop({ kind: 'shutdown' });
  }

  killNow(incarnation: number): void {
    if (this.#incarnation === incarnation) this.#cell?.kill();
  }

  /** Suspends or resumes an incarnation; calls back when it is. Never, when that has ended. */
  setSuspended(incarnation: number, isSuspended: boolean, done: () => void): void {
    if (this.#incarnation !== incarnation) return;
    if (isSuspended) {
      this.#cell?.messages.suspend(done);
    } else {
      this.#cell?.messages.resume();
      done();
    }
  }

  /** What is known of it here, at once. */
  get facts(): ActorFacts {
    const { mailbox } = this;
    const cell = this.#cell;
    const status = cell === undefined || cell.status === 'stopped' ? 'restarting' : cell.status;
    return {
      incarnation: this.#incarnation, status, suspended: cell?.messages.isSuspended === true,
      state: this.kernel.values.copyForShow(cell?.state),
      mailbox: { queued: mailbox.size + (mailbox.stash?.back ?? 0), stashed: mailbox.stash?.aside ?? 0, signals: mailbox.signals },
      handling: cell?.handling ?? [],
      timers: cell?.messages.timerCounts ?? { after: 0, every: 0, idle: false },
    };
  }

  exited(exit: ChildExit): void {
    // Its own life is over: the next one doesn't know this child.
    if (this.#hasEnded) return;
    this.mailbox.postExit(exit);
    this.wake();
  }

  /** An actor that incarnation was linked with has ended. */
  linkExited(incarnation: number, slot: number, exit: Exit): void {
    if (incarnation !== this.#incarnation || this.#unlinking.has(slot)) return;
    const { reason, ref } = exit;
    const error = reason.kind === 'error' ? reason.error : new ActorStoppedError(this.kernel.pathOf(ref), 'stay linked with');
    this.#cell?.linkExited(exit, slot, error);
  }

  /** The authority has heard that `slot` was unlinked. */
  unlinked(slot: number): void {
    const left = (this.#unlinking.get(slot) ?? 0) - 1;
    if (left > 0) this.#unlinking.set(slot, left);
    else this.#unlinking.delete(slot);
  }

  /** No end of `child` that was told so far is news any more. */
  dropExits(child: ActorRef<object>): void {
    this.mailbox.dropExits(({ ref }, link) => link === undefined && ref.equals(child));
  }

  wentDown(down: Down): void {
    this.receive(new Envelope('down', this, 0, [down], undefined, this.kernel.localReceipt, 0, NO_CHAIN, 0));
  }

  // What its cell asks for.

  wake(): void {
    if (this.#cell !== undefined) this.kernel.scheduler.schedule(this);
  }

  get saved(): unknown { return this.#saved && this.kernel.values.restore(this.#saved); }

  save(value: unknown): void {
    const { kernel, id: slot, shape: { title } } = this;
    const incarnation = this.#incarnation;
    // Actors of local-only definitions may be in it: they end with this host at the latest, and this slot never leaves it before.
    const saved = kernel.values.store(value, `what ${title} saves`, { shares: isThreadNumber(kernel.hostId), stays: true });
    // A bare actor has no next life.
    if (this.#isHeld) kernel.reportSaved({ type: 'saved', slot, incarnation, saved });
  }

  logOf(incarnation: number): ActorLog { return this.kernel.logs.of(this.path, incarnation); }
  flush(): void { this.kernel.flush(); }
  nextInvocationId(): number { return this.kernel.nextInvocationId(); }
  breathe(): Promise<void> { return new Promise((resolve) => this.kernel.ports.turns.later(resolve)); }
  turnStartedAt(): number { return this.kernel.scheduler.turnStartedAt; }

  join(group: string): Promise<void> { return this.kernel.registry.join(group, this.id); }
  leave(group: string): Promise<void> { return this.kernel.registry.leave(group, this.id); }

  monitor(ref: ActorRef<object>, incarnation: number | undefined): void {
    const slot = this.kernel.slotIdOf(ref);
    this.#monitored.add(slot);
    this.kernel.toAuthority({ type: 'monitor', slot, by: this.id, incarnation });
  }

  demonitor(ref: ActorRef<object>): void {
    const slot = this.kernel.slotIdOf(ref);
    if (this.#monitored.delete(slot)) this.kernel.toAuthority({ type: 'demonitor', slot, by: this.id });
  }

  isMonitored({ ref, restarting }: Down): boolean {
    const slot = this.kernel.slotIdOf(ref);
    return restarting ? this.#monitored.has(slot) : this.#monitored.delete(slot);
  }

  link(ref: ActorRef<object>): void {
    this.kernel.toAuthority({ type: 'link', slot: this.kernel.slotIdOf(ref), by: this.id });
  }

  unlink(ref: ActorRef<object>): void {
    const slot = this.kernel.slotIdOf(ref);
    this.mailbox.dropExits((_exit, link) => link === slot);
    this.#unlinking.set(slot, (this.#unlinking.get(slot) ?? 0) + 1);
    this.kernel.toAuthority({ type: 'unlink', slot, by: this.id });
  }

  trapExit(trap: boolean): void {
    this.kernel.toAuthority({ type: 'trap', slot: this.id, trap });
  }

  postTimer(timer: Timer): void {
    this.receive(new Envelope('timer', this, 0, [timer], undefined, this.kernel.localReceipt, 0, NO_CHAIN, this.#incarnation));
  }

  awaitTimers(isAwaiting: boolean): void {
    this.#keepAlive(isAwaiting);
    this.kernel.scheduler.arm();
  }

  announce(child: ActorRef<object>, reason: ExitReason, decision: Decision): void {
    this.kernel.toAuthority({ type: 'decided', slot: this.kernel.slotIdOf(child), reason: this.kernel.values.sendableReason(reason), decision });
  }

  busy(isBusy: boolean): void {
    if (isBusy === this.#isBusy) return;
    this.#isBusy = isBusy;
    this.#keepAlive(isBusy);
  }

  started(): void {
    this.kernel.toAuthority({ type: 'started', slot: this.id, incarnation: this.#incarnation });
  }

  refused(envelope: Envelope, refusal: Error & { code?: unknown }): void {
    if (envelope.kind !== 'tell') return;
    const { path: actor, shape } = this;
    const event = { actor, handler: shape.nameOf(envelope.handler), code: cutText(String(refusal.code)), message: cutText(refusal.message) };
    this.kernel.toAuthority({ type: 'event', name: 'refused', event });
  }

  ended(reason: ExitReason, wasStarting: boolean): void {
    const scene = this.#scene;
    this.#scene = undefined;
    this.#saved = undefined;
    this.#cell = undefined;
    this.#hasEnded = true;
    // What it was to be told is nothing to the next incarnation.
    this.#monitored.clear();
    this.mailbox.stash?.giveBack();
    this.mailbox.dropExits(() => true);
    if (!this.#isHeld) this.#discardAll();
    // A host that dies by a signal takes its actors with it: its end is what their supervisors are told.
    if (this.kernel.isEnding) {
      this.kernel.cellEnded();
      return;
    }
    const incarnation = this.#incarnation;
    this.kernel.reportEnd({ type: 'ended', slot: this.id, incarnation, reason: this.kernel.values.sendableReason(reason), wasStarting, scene });
  }

  crashing({ kind }: ExitReason, message: Envelope | undefined, recent: readonly number[]): void {
    const cell = this.#cell;
    // Many may be killed at once, in little time.
    const stateBytes = kind === 'killed' ? undefined : this.kernel.values.sizeOf(cell?.state);
    const scene = {
      message: message && sceneMessage(message, this.#seed.definition), recent, stateBytes, askerStack: message?.answer?.askStack,
    };
    // The code of the user that has run meanwhile, a `redact` or a `toData`, may have killed it.
    if (this.#cell === cell) this.#scene = scene;
  }

  protected override get hasRoom(): boolean {
    return this.#waiting <= this.shape.highWater;
  }

  /** How many messages wait here, those that were put aside among them. */
  get #waiting(): number {
    const { mailbox: { size, stash } } = this;
    return stash === undefined ? size : size + stash.size;
  }

  protected override sendStop(): void {
    // While it restarts there is nothing to stop.
    if (this.#isRestarting) return;
    const { localReceipt } = this.kernel;
    this.receive(new Envelope('stop', this, 0, [], undefined, localReceipt, 0, NO_CHAIN, this.#incarnation));
  }

  #keepAlive(isHeld: boolean): void {
    if (this.isDaemon) return;
    if (isHeld) this.kernel.keepAlive.hold();
    else this.kernel.keepAlive.release();
  }

  #send(
    kind: 'ask' | 'stream', handler: number, args: unknown[], ask: PendingAsk, answer: PendingAsk | PendingStream,
    settings: CallSettings | undefined,
  ): Envelope | undefined {
    const { kernel } = this;
    if (ask.isSettled) return undefined;
    const isRefused = settings?.rejectWhenRestarting === true && this.#isRestarting;
    try {
      if (!isRefused && this.#hasPlace) args = this.#pass(args, handler);
    } catch (error) {
      ask.reject(error);
      return undefined;
    }
    ask.pass = this.#isUnchecked ? kernel.values.passUnchecked : kernel.values.passReply;
    kernel.tally.sent++;
    const receipt: Receipt = kernel.localReceipt;
    const chain = kernel.current.invocation?.chain ?? NO_CHAIN;
    const envelope = new Envelope(kind, this, handler, args, answer, receipt, 0, chain, 0);
    ask.route = envelope;
    kernel.observer?.sent(envelope, this.id);
    if (isRefused) {
      envelope.discard(new UnavailableError(this.path, this.#actionOf(envelope)));
      return undefined;
    }
    if (kind === 'ask' && ask.deadlineAt !== Infinity) {
      envelope.deadline = new AskDeadline(envelope, ask.timeoutMs, ask.deadlineAt - ask.timeoutMs);
      kernel.deadlines.add(envelope.deadline, ask.deadlineAt);
    }
    this.receive(envelope);
    return envelope;
  }

  /** Whether the next message is taken in. One that isn't keeps its buffers: it is refused before they move. */
  get #hasPlace(): boolean { return !this.#isOver && !this.#isResting && this.mailbox.hasPlace; }

  /** Arguments as the handler gets them. @throws {NotSendableError} */
  #pass(args: unknown[], handler: number): unknown[] {
    if (!this.#isUnchecked) return this.kernel.values.passArguments(args, this.shape.nameOf(handler));
    return hasTransfer(args) ? this.kernel.values.copyArguments(args, this.shape.nameOf(handler)) : args;
  }

  #discardAll(): void {
    this.mailbox.stash?.giveBack();
    for (let envelope = this.mailbox.take(); envelope !== undefined; envelope = this.mailbox.take()) {
      envelope.discard(this.#refusal(envelope));
    }
  }

  #refusal(envelope: Envelope): Error {
    const action = this.#actionOf(envelope);
    return this.#isResting && !this.#isOver && envelope.executed === 'no' ? new UnavailableError(this.path, action, 'stopped')
      : new ActorStoppedError(this.path, action, envelope.executed);
  }

  /** The mailbox is full, and `envelope` is what it has no place for. */
  #overflow(envelope: Envelope): void {
    const { capacity, overflow } = this.mailbox.limit;
    this.full(capacity);
    const error = new MailboxFullError(this.path, this.#actionOf(envelope), capacity);
    envelope.discard(error, overflow === 'reject' ? 'mailbox_full' : 'dropped');
  }

  #actionOf(envelope: Envelope): string {
    return envelope.isSignal ? 'signal' : `${envelope.kind === 'tell' ? 'tell' : 'ask'} ${this.shape.nameOf(envelope.handler)} of`;
  }
}
