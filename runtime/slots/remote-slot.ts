import type { CallSettings } from '../../core/actor-ref.ts';
import type { Chain, DeadLetterReason, Fate } from '../../core/envelope.ts';
import type { ExitReason } from '../../core/exit-reason.ts';
import type { RecordKind } from '../wire/record.ts';
import type { Encoded } from '../values.ts';
import type { Kernel } from '../kernel.ts';
import type { Shape } from '../../core/shape.ts';
import type { LocalSlot } from './local-slot.ts';
import type { SlotNotice } from '../control.ts';
import type { StartedNumbers } from '../started-numbers.ts';
import type { SlotTrail } from './remote-slots.ts';
import type { Stream } from '../../core/actor-ref.ts';
import type { Wait } from '../../core/within.ts';
import { ActorStoppedError, HostDownError, UnavailableError } from '../../core/errors.ts';
import { NO_CHAIN } from '../../core/envelope.ts';
import { Fifo } from '../../core/fifo.ts';
import { PendingAsk, PendingStream, SENDER_SLACK_MS } from '../pending-ask.ts';
import { NOTHING, NO_LIMIT, RECORD } from '../wire/record.ts';
import { Slot } from './slot.ts';
import { isShared } from '../wire/parcel.ts';
import { describeExit } from '../../core/exit-reason.ts';


const EMPTY: Encoded = { body: NOTHING, shapes: [], attached: undefined };

/** In place of a number: the message has not left. */
const PARKED = -1;

/** In place of a number: no message has begun. */
const BEFORE_ALL = -1;

/** So many bytes may be under way to one actor before `tell` returns false, however few messages they are. */
const MAX_OPEN_BYTES = 16 * 2 ** 20;

/** One message at its sender, from `tell` until its acknowledgement. */
interface OutMessage {
  readonly kind: 'tell' | 'ask' | 'stream' | 'stop';
  /** `PARKED` until it departs. */
  seq: number;
  /** Nobody waits for it any more; it stays where it is parked, and never departs. */
  isCancelled: boolean;
  readonly handler: number;
  /** Encoded when it was sent; dropped when it departs. */
  content: Encoded;
  readonly bytes: number;
  readonly ask: PendingAsk | undefined;
  readonly chain: Chain;
  /** It would rather be rejected than wait for a restart. */
  readonly isImpatient: boolean;
}

/** Where the actor is, as far as this host was told. */
type Whereabouts =
  | { readonly status: 'unknown' | 'restarting' | 'stopped' | 'dead' }
  | Extract<SlotNotice, { status: 'up' }>;

/**
 * A slot whose actor lives in another host, or did when this one met it: the outbox to it. Messages are numbered and kept in mind until they
 * are acknowledged; while the actor is restarting they wait here.
 *
 *     sent:  [ settled | departed, unacknowledged | parked ]
 */
export class RemoteSlot extends Slot {
  #whereabouts: Whereabouts = { status: 'unknown' };
  readonly trail: SlotTrail;
  #isWatching = false;
  /** By number, in order. */
  readonly #departed = new Map<number, OutMessage>();
  #parked = new Fifo<OutMessage>();
  /** Of all that isn't settled. */
  #openBytes = 0;
  readonly #asks = new Map<number, { readonly message: OutMessage; readonly answer: PendingAsk | PendingStream }>();
  /** Of the parked messages, those that nobody waits for any more. */
  #cancelled = 0;

  constructor(kernel: Kernel, trail: SlotTrail, path: string, shape: Shape) {
    super(kernel, trail.id, path, shape);
    this.trail = trail;
  }

  tell(handler: number, args: unknown[], settings: CallSettings | undefined): boolean {
    if (this.#here !== undefined) return this.#here.tell(handler, args, settings);
    if (this.#isRefused('tell', handler, undefined, false)) return true;
    const encoded = this.#encode(args, handler);
    if (this.#isRefused('tell', handler, undefined, false)) return true;
    this.#send(this.#message('tell', handler, encoded, undefined));
    return this.checkLoad(this.#open);
  }

  ask(handler: number, args: unknown[], settings: CallSettings | undefined): Promise<unknown> {
    if (this.#here !== undefined) return this.#here.ask(handler, args, settings);
    return new Promise((resolve, reject) => {
      const ask = new PendingAsk(this.kernel, this, handler, settings, resolve, reject);
      this.#sendAsk('ask', args, ask, ask, settings);
    });
  }

  stream(handler: number, args: unknown[], settings: CallSettings | undefined): Stream<unknown> {
    if (this.#here !== undefined) return this.#here.stream(handler, args, settings);
    const stream = new PendingStream(this.kernel, this, handler, settings);
    stream.giveCredit = (items) => this.#toHost(RECORD.credit, [stream.ask.askId, items]);
    this.#sendAsk('stream', args, stream.ask, stream, settings);
    return stream;
  }

  override drained(wait: Wait): Promise<void> {
    return this.#here?.drained(wait) ?? super.drained(wait);
  }

  notice(notice: SlotNotice): void {
    this.#isWatching = true;
    this.kernel.remoteSlots.setSought(this, false);
    // The end of an actor may have waited for that.
    this.kernel.scheduler.arm();
    switch (notice.status) {
      case 'up':
        // Its last host was given up, and may take its time to die: what left for it is lost.
        if (notice.host !== this.trail.lastHost) this.hostGone(this.trail.lastHost, { kind: 'host_down', code: null, signal: 'SIGKILL' }, undefined);
        this.#whereabouts = notice;
        this.trail.lastHost = notice.host;
        this.#isDaemon = notice.isDaemon;
        this.#unpark();
        break;
      case 'restarting':
        this.#whereabouts = { status: 'restarting' };
        this.#refuseTheImpatient();
        break;
      case 'stopped':
        this.#whereabouts = { status: 'stopped' };
        this.#loseParked();
        break;
      case 'dead':
        this.#whereabouts = { status: 'dead' };
        this.trail.isDead = true;
        this.#loseParked();
        this.die(notice.reason);
        this.#update();
        break;
    }
    this.#update();
  }

  /** All up to `seq` are settled at the receiver. */
  acknowledged(seq: number): void {
    for (const message of this.#departed.values()) {
      // Numbers begin anew after 2^32.
      if (((seq - message.seq) | 0) < 0) break;
      this.#settled(message);
      if (message.kind !== 'stop') this.kernel.tally.handled++;
    }
    this.#update();
  }

  /** Message `seq` alone is settled. */
  fateOf(seq: number, fate: Fate, why: DeadLetterReason, hasBegun: boolean): void {
    const message = this.#departed.get(seq);
    if (message === undefined) return;
    this.#settled(message);
    if (message.kind !== 'stop') this.kernel.tally.settled(this, message.handler, fate, why, hasBegun);
    this.#update();
  }

  /** Who waits for the reply to an ask that was sent from here. */
  pending(askId: number): PendingAsk | PendingStream | undefined {
    return this.#asks.get(askId)?.answer;
  }

  /** The ask is settled; nothing more is expected for it. */
  forgetAsk(askId: number): void {
    this.#asks.delete(askId);
    this.#update();
  }

  /**
   * A host has ended. If the actor lived in it, what it had not acknowledged is gone.
   *
   * @param started What is proven about it; undefined when nothing is.
   */
  hostGone(host: number, how: ExitReason, started: StartedNumbers | undefined): void {
    if (host !== this.trail.lastHost) return;
    const wasDead = this.#whereabouts.status === 'dead';
    if (this.#whereabouts.status === 'up') this.#whereabouts = { status: 'restarting' };
    const lastStarted = started === undefined ? undefined : started.get(this.id) ?? BEFORE_ALL;
    const mayHaveRun = ({ seq }: OutMessage): boolean =>
      lastStarted === undefined || (lastStarted !== BEFORE_ALL && ((seq - lastStarted) | 0) <= 0);
    const { tally } = this.kernel;
    let count = 0;
    let maybeExecuted = 0;
    for (const message of this.#departed.values()) {
      this.#openBytes -= message.bytes;
      if (message.kind === 'tell') {
        count++;
        if (mayHaveRun(message)) maybeExecuted++;
      } else if (message.kind !== 'stop') tally.rejected++;
    }
    this.#departed.clear();
    tally.lost(host, { count, maybeExecuted });
    for (const { message } of this.#asks.values()) {
      const { ask, seq } = message;
      if (seq === PARKED || ask === undefined) continue;
      const action = `ask ${ask.handlerName} of`;
      const executed = mayHaveRun(message) ? 'maybe' : 'no';
      ask.reject(wasDead ? new ActorStoppedError(this.path, action, executed)
        : new HostDownError(this.path, action, executed, describeExit(how)));
    }
    this.#update();
  }

  /** How many messages aren't settled; stops are none. */
  get unsettledMessages(): number {
    let count = 0;
    for (const { kind } of this.#departed.values()) if (kind !== 'stop') count++;
    for (const { kind, isCancelled } of this.#parked) if (kind !== 'stop' && !isCancelled) count++;
    return count;
  }

  protected override get hasRoom(): boolean {
    return this.#open <= this.shape.highWater && this.#openBytes <= MAX_OPEN_BYTES && this.kernel.router.hasRoomTo(this.#hostId);
  }

  protected override sendStop(): void {
    // While it restarts there is nothing to stop.
    const { status } = this.#whereabouts;
    if (status === 'up' || status === 'unknown') this.#send(this.#message('stop', 0, EMPTY, undefined));
  }

  protected override awaited(): void {
    this.#watch();
    this.#update();
  }

  /** Whether the program needn't stay alive for messages to it. */
  #isDaemon = false;
  /** An undelivered message keeps the program alive. */
  #isHolding = false;
  /** Whatever is under way keeps this object alive. */
  #isBusy = false;

  /** How many messages aren't settled. */
  get #open(): number {
    return this.#departed.size + this.#parked.size - this.#cancelled;
  }

  /**
   * The actor itself, when it was started again in this host, and all that has left for it has come back to it: what left
   * when it was up, and was parked, goes by way of the main thread, as to any host.
   */
  get #here(): LocalSlot | undefined {
    return this.#hostId === this.kernel.hostId && this.#departed.size === 0 ? this.kernel.localSlots.get(this.id) : undefined;
  }

  get #hostId(): number | undefined {
    return this.#whereabouts.status === 'up' ? this.#whereabouts.host : undefined;
  }

  #sendAsk(
    kind: 'ask' | 'stream', args: unknown[], ask: PendingAsk, answer: PendingAsk | PendingStream,
    settings: CallSettings | undefined,
  ): void {
    if (ask.isSettled) return;
    const { kernel } = this;
    const isImpatient = settings?.rejectWhenRestarting === true;
    if (this.#isRefused(kind, ask.handler, ask, isImpatient)) return;
    let encoded;
    try {
      encoded = this.#encode(args, ask.handler);
    } catch (error) {
      ask.reject(error);
      return;
    }
    if (this.#isRefused(kind, ask.handler, ask, isImpatient)) return;
    const message = this.#message(kind, ask.handler, encoded, ask, isImpatient);
    ask.askId = kernel.remoteAsks.register(this);
    this.#asks.set(ask.askId, { message, answer });
    ask.onSettled = () => kernel.remoteAsks.forget(ask.askId);
    ask.route = { cancel: () => this.#cancel(message) };
    if (kind === 'ask') kernel.deadlines.add(ask, ask.deadlineAt + SENDER_SLACK_MS);
    this.#send(message);
  }

  /**
   * Refuses a message that can't go, if that is known here. Asked before it is encoded, so that it keeps its buffers, and
   * afterwards, as a `toData` may have ended the actor.
   */
  #isRefused(kind: OutMessage['kind'], handler: number, ask: PendingAsk | undefined, isImpatient: boolean): boolean {
    const { status } = this.#whereabouts;
    if (status === 'dead' || status === 'stopped') this.#lose(this.#message(kind, handler, EMPTY, ask));
    else if (status === 'restarting' && isImpatient) this.#refuseToWait(this.#message(kind, handler, EMPTY, ask));
    else return false;
    return true;
  }

  #encode(args: readonly unknown[], handler: number): Encoded {
    return this.kernel.values.encodeArguments(args, this.shape.nameOf(handler), this.kernel.sharesMemoryWith(this.id));
  }

  /** Nobody waits for the reply. A message that is still here stays here, and provably never runs. */
  #cancel(message: OutMessage): boolean {
    if (message.seq !== PARKED) {
      this.#toHost(RECORD.cancel, [message.ask?.askId ?? 0]);
      return false;
    }
    this.#cancelParked(message);
    this.kernel.tally.rejected++;
    this.#update();
    return true;
  }

  #cancelParked(message: OutMessage): void {
    message.isCancelled = true;
    message.content = EMPTY;
    this.#cancelled++;
    this.#openBytes -= message.bytes;
  }

  #settled(message: OutMessage): void {
    this.#departed.delete(message.seq);
    this.#openBytes -= message.bytes;
  }

  #refuseTheImpatient(): void {
    for (const message of this.#parked) {
      if (!message.isImpatient || message.isCancelled) continue;
      this.#cancelParked(message);
      this.#refuseToWait(message);
    }
  }

  #refuseToWait({ ask }: OutMessage): void {
    this.kernel.tally.rejected++;
    ask?.reject(new UnavailableError(this.path, `ask ${ask.handlerName} of`));
  }

  #message(
    kind: OutMessage['kind'], handler: number, content: Encoded, ask: PendingAsk | undefined, isImpatient = false,
  ): OutMessage {
    if (kind !== 'stop') this.kernel.tally.sent++;
    const chain = ask === undefined ? NO_CHAIN : this.kernel.current.invocation?.chain ?? NO_CHAIN;
    const message: OutMessage = { kind, seq: PARKED, isCancelled: false, handler, content, bytes: sizeOf(content), ask, chain, isImpatient };
    this.kernel.observer?.sent(message, this.id);
    return message;
  }

  #send(message: OutMessage): void {
    this.#openBytes += message.bytes;
    if (this.#whereabouts.status === 'up') {
      this.#depart(message, this.#whereabouts.host, this.#whereabouts.incarnation);
    } else {
      this.#parked.push(message);
      if (this.#whereabouts.status === 'unknown') this.kernel.remoteSlots.setSought(this, true);
      this.#watch();
    }
    this.#update();
  }

  #unpark(): void {
    if (this.#whereabouts.status !== 'up') return;
    const { host, incarnation } = this.#whereabouts;
    for (let message = this.#parked.shift(); message !== undefined; message = this.#parked.shift()) {
      if (!message.isCancelled) this.#depart(message, host, incarnation);
    }
    this.#cancelled = 0;
  }

  #depart(message: OutMessage, host: number, incarnation: number): void {
    const { content } = message;
    // Numbers are given at departure: a parked message that was cancelled leaves no gap.
    message.seq = this.trail.lastSeq = (this.trail.lastSeq + 1) >>> 0;
    message.content = EMPTY;
    this.#departed.set(message.seq, message);
    this.kernel.observer?.departed(message, this.id, message.seq);
    const { kind, seq, handler, ask, chain } = message;
    const link = this.kernel.router.linkTo(host);
    if (ask === undefined) {
      const fields = [this.id, incarnation, seq, handler];
      link.send(kind === 'stop' ? RECORD.stop : RECORD.tell, fields, content);
      return;
    }
    if (ask.askStack !== undefined) link.send(RECORD.askStack, [ask.askId], this.kernel.values.packAskStack(ask.askStack));
    const leftMs = ask.deadlineAt - this.kernel.clock.now();
    const limit = leftMs >= NO_LIMIT ? NO_LIMIT : Math.max(0, Math.ceil(leftMs));
    const fields = [this.id, incarnation, seq, handler, ask.askId, limit, ...chain];
    link.send(kind === 'stream' ? RECORD.stream : RECORD.ask, fields, content);
  }

  #loseParked(): void {
    const parked = this.#parked;
    this.#parked = new Fifo();
    this.#cancelled = 0;
    for (const message of parked) {
      if (message.isCancelled) continue;
      this.#openBytes -= message.bytes;
      this.#lose(message);
    }
  }

  /** The slot is dead, or stopped: a message that never left. */
  #lose(message: OutMessage): void {
    if (message.kind === 'stop') return;
    this.kernel.tally.settled(this, message.handler, message.ask === undefined ? 'dead_letter' : 'rejected', 'stopped');
    const action = `ask ${message.ask?.handlerName ?? ''} of`;
    message.ask?.reject(this.#whereabouts.status === 'stopped' ? new UnavailableError(this.path, action, 'stopped') : new ActorStoppedError(this.path, action));
  }

  #toHost(kind: RecordKind, fields: readonly number[]): void {
    const host = this.#hostId;
    if (host !== undefined) this.kernel.router.linkTo(host).send(kind, fields);
  }

  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.kernel.toAuthority({ type: 'watch', slot: this.id });
  }

  /** After each change of what is under way. */
  #update(): void {
    this.checkDrained();
    const isBusy = this.#open > 0 || this.#asks.size > 0 || this.hasWaiters;
    const holds = this.#open > 0 && !this.#isDaemon;
    if (holds !== this.#isHolding) {
      this.#isHolding = holds;
      if (holds) this.kernel.keepAlive.hold();
      else this.kernel.keepAlive.release();
    }
    if (isBusy === this.#isBusy) return;
    this.#isBusy = isBusy;
    this.kernel.remoteSlots.setBusy(this, isBusy);
  }
}

/** What a message takes until it is settled: shared memory isn't its own. */
function sizeOf({ body, attached }: Encoded): number {
  if (attached === undefined) return body.length;
  return attached.reduce((size, buffer) => isShared(buffer) ? size : size + buffer.byteLength, body.length);
}
