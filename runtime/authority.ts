import type { ActorRef } from '../core/actor-ref.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import { CrashReports } from './crash-reports.ts';
import type { Events } from './events.ts';
import type { CrashScene } from './crash-scene.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { Host, HostEnd } from './hosts/host.ts';
import type { HostSettings } from '../core/host-options.ts';
import type { SharedHosts } from './hosts/shared-hosts.ts';
import type { Order, Request, SlotIdentity } from './control.ts';
import { ROOT_SLOT, numberAfter } from './control.ts';
import { ActorError, ActorStoppedError, HostExitError, NameTakenError, StartFailedError, StartTimeoutError, whyNotStarted } from '../core/errors.ts';
import { Alarm } from '../core/deadlines.ts';
import type { Deadlines } from '../core/deadlines.ts';
import { Inquiries } from './inquiries.ts';
import { Directory } from './directory.ts';
import { KILL_CONFIRM_MS, Kills } from './kills.ts';
import { Life } from './life.ts';
import { LostMessages } from './lost-messages.ts';
import { SlotBook } from './slot-book.ts';
import { SlotRecord } from './slot-record.ts';
import { Watchers } from './watchers.ts';
import { describeExit, isAbnormal } from '../core/exit-reason.ts';
import { hostDown } from './hosts/host.ts';

/** What the authority needs of the system around it. */
export interface AuthorityPort {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly events: Events;
  /** Starts a thread or process. */
  launch(kind: 'thread' | 'process', settings: HostSettings): Host;
  /** A set of hosts, by its number; undefined when it has ended. */
  set(id: number): SharedHosts | undefined;
  host(id: number): Host | undefined;
  /** A ref of the main thread. */
  refTo(slot: SlotIdentity): ActorRef<object>;
  /** All hosts that haven't ended. */
  readonly hosts: Iterable<Host>;
}

type SpawnRequest = Extract<Request, { type: 'spawn' }>;
type EndedRequest = Extract<Request, { type: 'ended' }>;
type ShutdownRequest = Extract<Request, { type: 'shutdown' }>;
type DecidedRequest = Extract<Request, { type: 'decided' }>;
type Starting = Extract<SlotRecord['state'], { kind: 'starting' }>;

/** How long an actor may take to stop that no supervisor has limited. */
const CHILD_GRACE_MS = 5_000;

/**
 * The one place that decides about slots: when an incarnation begins, in which host, and what its end means. It lives
 * on the main thread; kernels ask it, and obey its orders.
 */
export class Authority {
  /** Whom others look for. */
  readonly directory: Directory;
  readonly #port: AuthorityPort;
  readonly #root: SlotRecord;
  readonly #slots = new SlotBook();
  readonly #watchers: Watchers;
  readonly #kills: Kills;
  readonly #reports: CrashReports;
  readonly #lost: LostMessages;
  readonly #inquiries: Inquiries;
  #lastSlot = ROOT_SLOT;
  #isStopping = false;

  constructor(port: AuthorityPort) {
    this.#port = port;
    this.#kills = new Kills(port);
    const shape = { title: '', handlers: [], highWater: 0 };
    const seed = { id: undefined, shape, input: undefined, inputShapes: [], inputShared: [] };
    const details = { name: undefined, key: undefined, seed, place: { kind: 'local' }, homeId: 0, startMs: 0, supervision: undefined, isDaemon: false } as const;
    this.#root = new SlotRecord(ROOT_SLOT, undefined, '', details);
    this.#root.state = { kind: 'up' };
    this.#slots.add(this.#root);
    this.#lost = new LostMessages(({ count, maybeExecuted }) => {
      port.events.emit('dead_letter', { actor: undefined, handler: undefined, reason: 'host_down', count, maybeExecuted });
    });
    const order = (hostId: number, told: Order): void => this.#order(hostId, told);
    this.#watchers = new Watchers(this.#slots, order);
    this.#reports = new CrashReports(this.#slots, (report) => port.events.emit('crash_report', report));
    this.directory = new Directory(this.#slots, order);
    this.#inquiries = new Inquiries(this.#slots, order);
  }

  /** Takes what the kernel of host `from` asks or reports. */
  receive(from: number, request: Request): void {
    switch (request.type) {
      case 'spawn':
        this.#spawn(from, request);
        break;
      case 'restart':
        this.#restart(from, request.request, request.slot);
        break;
      case 'shutdown':
        this.#shutdownFor(from, request);
        break;
      case 'stop':
        this.#stopFor(from, request.request, request.slot, request.graceMs);
        break;
      case 'cancel':
        this.#cancelStart(from, request.request);
        break;
      case 'rest':
        this.#rest(this.#slots.get(request.slot));
        break;
      case 'remove':
        this.#remove(this.#slots.get(request.slot));
        break;
      case 'kill':
        this.#kill(this.#slots.get(request.slot));
        break;
      case 'suspend':
      case 'resume':
      case 'inspect':
        this.#inquiries.ask(from, request);
        break;
      case 'obeyed':
        this.#inquiries.answered(from, request.inquiry);
        break;
      case 'inspected':
        this.#inquiries.answered(from, request.inquiry, request.facts);
        break;
      case 'watch':
        this.#watchers.watch(from, request.slot);
        break;
      case 'unwatch':
        this.#watchers.unwatch(from, request.slot);
        break;
      case 'monitor': {
        const by = this.#slotIn(from, request.by);
        if (by !== undefined) this.#watchers.monitor(request.slot, by);
        break;
      }
      case 'demonitor':
        if (this.#slotIn(from, request.by) !== undefined) this.#watchers.demonitor(request.slot, request.by);
        break;
      case 'link': {
        const by = this.#slotIn(from, request.by);
        if (by !== undefined) this.#watchers.links.link(request.slot, by);
        break;
      }
      case 'unlink':
        if (this.#slotIn(from, request.by) !== undefined) this.#watchers.links.unlink(request.slot, request.by);
        this.#order(from, { type: 'unlinked', slot: request.by, from: request.slot });
        break;
      case 'children':
        this.#order(from, { type: 'children', request: request.request, actors: this.#slots.get(request.slot)?.liveChildren ?? [] });
        break;
      case 'whereis':
      case 'join':
      case 'leave':
      case 'members':
        this.directory.receive(from, request);
        break;
      case 'trap': {
        const record = this.#slotIn(from, request.slot);
        if (record !== undefined) record.life.trapsExits = request.trap;
        break;
      }
      case 'started':
        this.#started(from, request.slot, request.incarnation);
        break;
      case 'ended':
        this.#cellEnded(from, request);
        break;
      case 'decided':
        this.#decided(from, request);
        break;
      case 'lost':
        this.#lost.tell(from, request.host, request);
        break;
      case 'log': {
        const { level, path: actor, text: message, fields } = request;
        this.#port.events.emit('log', { level, actor, message, fields });
        break;
      }
      case 'event':
        this.#port.events.emit(request.name, request.event);
        break;
      // What a host says of itself has been taken by its handle.
      case 'ready':
      case 'busy':
      case 'drained':
      case 'ending':
      case 'failing':
      case 'account':
    }
  }

  /** A host is gone, whatever the cause. */
  hostEnded(host: Host, end: HostEnd, wasWanted: boolean): void {
    const reason = hostDown(end);
    if (wasWanted) this.#port.events.emit('host_lost', { host: host.id, kind: host.kind, reason });
    const others = Array.from(this.#port.hosts).filter((other) => other !== host);
    this.#lost.expect(host.id, others.map(({ id }) => id));
    for (const other of others) other.order({ type: 'host_gone', host: host.id, reason, started: end.started?.(other.id) });
    const lost = new Set<SlotRecord>();
    for (const record of this.#slots) {
      record.watchers.delete(host.id);
      if (record.host !== host) continue;
      record.host = undefined;
      lost.add(record);
    }
    // The roots of what was lost have parents elsewhere, who are told; the others' parents are lost too.
    for (const record of lost) {
      if (record.parent === undefined || lost.has(record.parent)) continue;
      this.#lostHost(record, host.id, reason, describeExit(reason));
    }
    this.#inquiries.hostEnded(host.id);
  }

  /** Ends all actors, in the reverse order of their starts, then all hosts. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#endChildren(this.#root);
    await this.#endHosts();
  }

  /** Ends all actors on a set of hosts; with `reason`, whatever they do meanwhile. */
  async endActors(set: number, reason: ExitReason | undefined): Promise<void> {
    const onSet = [...this.#slots].filter(({ place }) => 'set' in place && place.set === set);
    const ends = onSet.toReversed().map(async (record) => {
      if (record.state.kind === 'up') record.life.endReason ??= reason;
      await this.#shutdown(record, CHILD_GRACE_MS);
    });
    await Promise.all(ends);
  }

  /** Ends all hosts at once. */
  async kill(): Promise<void> {
    this.#isStopping = true;
    this.#reports.silence();
    for (const child of Array.from(this.#root.children)) this.#kill(child);
    for (const host of this.#port.hosts) host.terminate();
    await this.#endHosts();
  }

  // Starting

  #spawn(from: number, request: SpawnRequest): void {
    const failed = (error: Error): void => this.#order(from, { type: 'failed', request: request.request, error });
    const parent = this.#slots.get(request.parent);
    const stopped = (options?: ErrorOptions): ActorError => {
      const text = `Cannot spawn "${request.seed.shape.title}": the system has been stopped`;
      return new ActorError('TROUPE_SYSTEM_STOPPED', text, options);
    };
    if (this.#isStopping) {
      failed(stopped());
      return;
    }
    if (parent?.isAlive !== true || parent.incarnation !== request.parentIncarnation) {
      failed(new ActorStoppedError(parent?.path ?? 'the parent', 'spawn a child of'));
      return;
    }
    const kept = this.#keptSlot(from, parent, request);
    const { name } = request;
    const holder = name === undefined ? undefined : this.#slots.named(name);
    if (name !== undefined && holder !== undefined && holder !== kept) {
      failed(new NameTakenError(name, this.#port.refTo(holder.identity)));
      return;
    }
    const record = kept ?? this.#newSlot(from, parent, request);
    const { path } = record;
    record.watchers.add(from);
    this.#port.events.emit('spawned', { actor: path, host: record.place.kind, definition: record.seed.shape.title });
    const started = (): void => {
      const { id: slot, notice } = record;
      this.#order(from, { type: 'spawned', request: request.request, slot, path, notice });
    };
    record.spawnedBy = { host: from, request: request.request };
    const startFailed = (error: Error): void => {
      const why = this.#isStopping ? stopped({ cause: error }) : error;
      // What its supervisor had started before goes on to wait for its next try.
      if (kept === undefined) this.#die(record, { kind: 'error', error: why });
      else record.state = { kind: 'waiting', reason: { kind: 'error', error: why } };
      this.#afterHostEnd(record, () => failed(why));
    };
    // Only a supervisor has a use for a slot without an actor.
    const ignored = (): void => record.isHeld ? started() : startFailed(new StartFailedError(path, 'its init has ignored the start'));
    this.#begin(record, request.request, { started, ignored, failed: startFailed });
  }

  /** Whoever has asked for this start doesn't want it any more. */
  #cancelStart(from: number, request: number): void {
    for (const record of this.#slots) {
      const { spawnedBy, state } = record;
      if (spawnedBy?.host === from && spawnedBy.request === request && state.kind === 'starting') void this.#shutdown(record, CHILD_GRACE_MS);
    }
  }

  #newSlot(from: number, parent: SlotRecord, request: SpawnRequest): SlotRecord {
    const { seed, place, timeoutMs: startMs, supervision, name, key, isDaemon } = request;
    const path = parent.pathOfChild(key ?? name, seed.shape.title);
    const details = { name, key, seed, place, homeId: from, startMs, supervision, isDaemon };
    const kind = place.kind === 'local' ? this.#port.host(from)?.kind : place.kind;
    const id = this.#lastSlot = numberAfter(this.#lastSlot, kind !== 'process');
    const record = new SlotRecord(id, parent, path, details);
    this.#slots.add(record);
    return record;
  }

  /** A restarted supervisor starts its children in the slots that they had before: refs to them go on to work. */
  #keptSlot(from: number, parent: SlotRecord, { key, name, seed }: SpawnRequest): SlotRecord | undefined {
    if (key === undefined || parent.state.kind !== 'starting') return undefined;
    for (const child of parent.children) {
      const isKept = child.isOfSpec && child.parentIncarnation < parent.incarnation && child.state.kind === 'waiting';
      if (child.key === key && child.name === name && isKept && child.seed.shape.title === seed.shape.title) {
        // To the end of the order: it is started now.
        parent.children.delete(child);
        parent.children.add(child);
        child.parentIncarnation = parent.incarnation;
        child.homeId = from;
        if (child.place.kind === 'local' && child.host?.id !== from) child.host = undefined;
        return child;
      }
    }
    return undefined;
  }

  #restart(from: number, request: number, slot: number): void {
    const record = this.#slots.get(slot);
    const failed = (error: Error): void => {
      // Its supervisor is about to be stopped, or killed, as well: this is no news to it.
      if (!this.#isStopping) this.#order(from, { type: 'failed', request, error });
    };
    if (record?.state.kind !== 'waiting' || record.parent?.state.kind !== 'up') {
      failed(new ActorStoppedError(record?.path ?? `slot ${slot}`, 'restart'));
      return;
    }
    const { reason } = record.state;
    const started = (): void => this.#order(from, { type: 'done', request, reason: undefined });
    const ignored = (): void => this.#order(from, { type: 'done', request, reason: { kind: 'normal' } });
    this.#begin(record, undefined, { started, ignored, failed: (error) => {
      record.state = { kind: 'waiting', reason };
      // A start that its supervisor has called off hasn't failed.
      if (!record.life.isEndExpected) this.#reports.open(record, { kind: 'error', error }, false);
      // A host that could not even load the module, or hangs, may be what is wrong: the next try gets a new one. One
      // whose `init` threw is kept, with what waits in it.
      const isHostSuspect = !(error instanceof StartFailedError && error.canHeal);
      if (record.ownsHost && isHostSuspect) {
        record.host?.terminate();
        record.host = undefined;
      }
      failed(error);
    } });
  }

  /** Begins an incarnation; one callback comes, once. */
  #begin(record: SlotRecord, offer: number | undefined, { started, ignored, failed }: Omit<Starting, 'kind'>): void {
    this.#reports.restarted(record);
    const incarnation = ++record.incarnation;
    const { isResting } = record;
    record.life = new Life();
    const { deadlines, clock } = this.#port;
    const tooLate = new Alarm(() => {
      const phase = isReady ? 'its module or init did not come to an end' : 'its host did not report';
      const { host } = record;
      // First: on the main thread the kill is obeyed at once, and must not be what is told.
      state.failed(new StartTimeoutError(record.path, record.startMs, phase));
      if (!record.ownsHost && host !== undefined) this.#killStart(record, host);
    });
    let isReady = false;
    let isSettled = false;
    let takeBack: Cancel = () => {};
    const settle = (tell: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      deadlines.remove(tooLate);
      takeBack();
      tell();
    };
    const state: Starting = {
      kind: 'starting',
      started: () => settle(started),
      ignored: () => settle(ignored),
      failed: (error) => settle(() => this.#abandonStart(record, error, failed)),
    };
    record.state = state;
    if (isResting) this.#watchers.tellHosts(record);
    deadlines.add(tooLate, clock.now() + record.startMs);
    const startOn = (host: Host): void => {
      record.host = host;
      record.life.livedOn = { id: host.id, kind: host.kind };
      const { seed, isHeld, isDaemon, path } = record;
      const parent = record.parent?.id === ROOT_SLOT ? undefined : record.parent?.identity;
      const start = (): void => {
        isReady = true;
        if (isSettled) return;
        host.order({ type: 'start', request: offer, slot: record.id, path, incarnation, seed, isHeld, isDaemon, parent });
      };
      // Within the main thread everything up to the first `await` of `init` happens now. Nobody asks for a place on a host
      // that isn't ready: what follows, as a kill, comes after the start.
      if (!record.ownsHost) start();
      else void host.ready.then(start, (error: Error) => state.failed(startFailure(record, error)));
    };
    takeBack = this.#findHost(record, startOn, state.failed);
  }

  /** Ends a start that was late. A host that doesn't confirm is blocked by it, and is no good to anybody. */
  #killStart({ id: slot, incarnation, path }: SlotRecord, host: Host): void {
    this.#kills.expect({ slot, incarnation }, () => host.fail(unconfirmed(path)));
    host.order({ type: 'kill', slot, incarnation });
  }

  /** Calls one of both back, once: with the host that it has, or a new one, or one of its set as soon as one is ready. */
  #findHost(record: SlotRecord, found: (host: Host) => void, failed: (error: Error) => void): Cancel {
    const { place, host, path } = record;
    if ('set' in place) {
      const set = this.#port.set(place.set);
      if (host !== undefined && set?.takes(host) === true) {
        found(host);
        return () => {};
      }
      record.host = undefined;
      if (set !== undefined) return set.place(found, (error) => failed(ofActor(record, error)));
      failed(new StartFailedError(path, 'its hosts have ended', { canHeal: false }));
    } else if (host !== undefined) {
      found(host);
    } else if (place.kind === 'local') {
      const home = this.#port.host(record.homeId);
      if (home === undefined) failed(new StartFailedError(path, 'the host of its parent has ended'));
      else found(home);
    } else {
      found(this.#port.launch(place.kind, place.settings));
    }
    return () => {};
  }

  #started(from: number, slot: number, incarnation: number): void {
    const record = this.#slotIn(from, slot);
    if (record?.incarnation !== incarnation || record.state.kind !== 'starting') {
      // A start that was given up meanwhile.
      this.#order(from, { type: 'kill', slot, incarnation });
      if (this.#slots.get(slot) === undefined) this.#order(from, { type: 'retire', slot, reason: { kind: 'killed' } });
      return;
    }
    const { started } = record.state;
    record.state = { kind: 'up' };
    record.isFindable = true;
    this.#port.events.emit('started', { actor: record.path, incarnation });
    // Slots that its previous incarnation had, and that this one has not started again.
    for (const child of record.children) if (child.parentIncarnation < incarnation) this.#remove(child);
    this.#watchers.tellHosts(record);
    started();
  }

  // Ending

  #cellEnded(from: number, { slot, incarnation, reason, wasStarting, scene }: EndedRequest): void {
    this.#kills.confirmed({ slot, incarnation });
    const record = this.#slotIn(from, slot);
    if (record?.incarnation !== incarnation) return;
    if (wasStarting && reason.kind === 'normal') this.#startIgnored(record);
    else if (record.state.kind === 'starting' || wasStarting) this.#startFailed(record, reason);
    else this.#ended(record, record.life.endReason ?? reason, [], scene);
  }

  /** Nobody but its supervisor speaks for a child. */
  #decided(from: number, { slot, reason, decision }: DecidedRequest): void {
    const record = this.#slots.get(slot);
    if (record?.parent?.host?.id !== from) return;
    this.#reports.decided(record, decision);
    if (decision.kind !== 'restart') return;
    const { restarts, budgetLeft, delayMs } = decision;
    this.#port.events.emit('restarting', { actor: record.path, reason, restarts, budgetLeft, delayMs });
  }

  /** Its `init` has nothing to do: its slot waits, without a host of its own. */
  #startIgnored(record: SlotRecord): void {
    if (record.state.kind !== 'starting') return;
    const { ignored } = record.state;
    const reason = { kind: 'normal' } as const;
    this.directory.ended(record);
    const ended = (): void => {
      this.#watchers.tellOfFailedStart(record, reason);
      record.state = { kind: 'waiting', reason };
      this.#rest(record);
      ignored();
      this.#tellWaiters(record, reason);
    };
    record.state = { kind: 'ending', reason };
    const children = this.#endChildren(record);
    if (children === undefined) ended();
    else void children.then(ended);
  }

  /** Its slot waits, and those below it, but not for a restart that is under way: nobody is to wait for that. */
  #rest(record: SlotRecord | undefined): void {
    if (record?.state.kind !== 'waiting') return;
    record.state = { ...record.state, isResting: true };
    const { host, id: slot, notice } = record;
    host?.order({ type: 'slot', slot, notice });
    this.#watchers.tellHosts(record);
    for (const child of record.children) this.#rest(child);
    if (!record.ownsHost) return;
    host?.stop();
    record.host = undefined;
  }

  #startFailed(record: SlotRecord, reason: ExitReason): void {
    if (record.state.kind !== 'starting') return;
    record.state.failed(startFailure(record, reason.kind === 'error' ? reason.error : describeExit(reason)));
  }

  /** It is given up, whatever comes of it now. What `init` had spawned ends before anybody hears of that. */
  #abandonStart(record: SlotRecord, error: Error, failed: (error: Error) => void): void {
    const reason = { kind: 'error', error } as const;
    record.state = { kind: 'ending', reason };
    this.directory.ended(record);
    const over = (): void => {
      this.#watchers.tellOfFailedStart(record, reason);
      // Lost meanwhile, and with it its parent, who has asked for it.
      if (record.state.kind !== 'ending') return;
      failed(error);
      this.#tellWaiters(record, reason);
    };
    const children = this.#endChildren(record, mayReturn(record));
    if (children === undefined) over();
    else void children.then(over);
  }

  /** An incarnation has ended: its descendants go first, then whom it concerns is told. */
  #ended(record: SlotRecord, reason: ExitReason, elsewhere: readonly Promise<unknown>[] = [], scene?: CrashScene): void {
    if (record.state.kind !== 'up') return;
    record.state = { kind: 'ending', reason };
    this.directory.ended(record);
    if (isAbnormal(reason)) this.#crashed(record, reason, scene);
    this.#reports.orphan(record);
    const children = this.#endChildren(record, mayReturn(record));
    if (children === undefined && elsewhere.length === 0) this.#endedWithChildren(record, reason);
    else void Promise.all([children, ...elsewhere]).then(() => this.#endedWithChildren(record, reason));
  }

  #crashed(record: SlotRecord, reason: ExitReason, scene?: CrashScene): void {
    this.#port.events.emit('crashed', { actor: record.path, incarnation: record.incarnation, reason });
    this.#reports.open(record, reason, true, scene);
  }

  #endedWithChildren(record: SlotRecord, reason: ExitReason): void {
    const { parent } = record;
    this.#reports.ended(record);
    const isHeld = record.isHeld && parent?.state.kind !== 'dead';
    this.#watchers.tellActors(record, reason, isHeld && record.startsAgain(reason));
    if (isHeld) {
      record.state = { kind: 'waiting', reason };
      this.#watchers.tellHosts(record);
    } else {
      this.#die(record, reason);
    }
    this.#tellWaiters(record, reason);
  }

  /** The slot is gone for good. */
  #die(record: SlotRecord, reason: ExitReason): void {
    if (record.state.kind === 'dead') return;
    this.#reports.died(record);
    record.state = { kind: 'dead', reason };
    this.directory.ended(record);
    for (const child of [...record.children].toReversed()) this.#remove(child);
    this.#slots.bury(record, reason);
    this.#watchers.buried(record);
    this.#port.events.emit('stopped', { actor: record.path, reason });
    record.host?.order({ type: 'retire', slot: record.id, reason });
    this.#watchers.tellHosts(record);
    if (record.ownsHost) record.host?.stop();
    else if ('set' in record.place && record.host !== undefined) this.#port.set(record.place.set)?.release(record.host);
  }

  /** The host of this actor is gone, and with it whatever of its descendants lived there. */
  #lostHost(record: SlotRecord, host: number, reason: ExitReason, how: string): void {
    record.life.lostHost = host;
    const elsewhere: Promise<unknown>[] = [];
    for (const child of [...record.children].toReversed()) {
      if (child.host === undefined) this.#endLost(child, reason, mayReturn(record), elsewhere);
    }
    switch (record.state.kind) {
      case 'starting':
        this.#startFailed(record, { kind: 'error', error: lostWhileStarting(record, host, reason, how) });
        break;
      case 'up':
        this.#ended(record, record.life.endReason ?? reason, elsewhere);
        break;
      case 'ending':
      case 'waiting':
      case 'dead':
    }
  }

  /**
   * Its parent is lost as well: nobody decides about it. Its children elsewhere are ended, and their ends waited for.
   *
   * @param keepsSlots Whether its parent may start it again.
   */
  #endLost(record: SlotRecord, lost: ExitReason, keepsSlots: boolean, elsewhere: Promise<unknown>[]): void {
    const reason = record.life.endReason ?? lost;
    const isKept = record.isHeld && keepsSlots;
    record.life.comesBack ??= record.isOfSpec && record.parent?.startsAgain(lost) === true;
    for (const child of [...record.children].toReversed()) {
      if (child.host === undefined) this.#endLost(child, lost, isKept, elsewhere);
      else elsewhere.push(this.#shutdown(child, 0));
    }
    if (record.state.kind === 'up') {
      this.#crashed(record, reason);
      this.#watchers.tellActors(record, reason, isKept && record.life.comesBack);
    }
    this.#reports.lost(record);
    if (record.state.kind === 'starting') record.state.failed(new StartFailedError(record.path, 'its host has ended'));
    if (!isKept) {
      this.#die(record, reason);
    } else if (record.state.kind !== 'dead') {
      record.state = { kind: 'waiting', reason };
      this.#watchers.tellHosts(record);
    }
    this.#tellWaiters(record, reason);
  }

  /** Ends what lives below, last started first, as killed if that was. Undefined when there is nothing, so that news isn't delayed. */
  #endChildren(record: SlotRecord, keepSlots = false): Promise<void> | undefined {
    if (record.children.size === 0) return undefined;
    const { life: { isKilled }, state } = record;
    const comeBack = state.kind === 'ending' && record.startsAgain(state.reason);
    const end = async (child: SlotRecord): Promise<void> => {
      child.life.isEndExpected = true;
      child.life.comesBack = comeBack && child.isOfSpec;
      await this.#shutdown(child, isKilled ? 0 : child.supervision?.shutdownMs ?? CHILD_GRACE_MS);
      if (!keepSlots) this.#remove(child);
    };
    const children = [...record.children].toReversed();
    const endAll = async (): Promise<void> => {
      // A kill waits for nobody: how long it takes must not depend on how many there are.
      if (isKilled) await Promise.all(children.map(end));
      else for (const child of children) await end(child);
    };
    return endAll();
  }

  /** Ends an incarnation after its current message; killed after `graceMs`. */
  #shutdown(record: SlotRecord, graceMs: number): Promise<ExitReason> {
    const { state } = record;
    if (state.kind === 'waiting' || state.kind === 'dead') return Promise.resolve(state.reason);
    const ended = new Promise<ExitReason>((resolve) => record.whenEnded(resolve));
    this.#limit(record, graceMs);
    // What is only starting has nothing to lose, and may not even have a kernel yet, or a host.
    if (state.kind === 'starting' && record.host === undefined) this.#startFailed(record, { kind: 'shutdown' });
    else if (state.kind === 'starting' && record.ownsHost) record.host?.terminate();
    else record.host?.order({ type: 'shutdown', slot: record.id, incarnation: record.incarnation });
    return ended;
  }

  /** Kills the incarnation that is alive now if it hasn't ended within `graceMs`. */
  #limit(record: SlotRecord, graceMs: number): void {
    if (graceMs === 0) {
      this.#kill(record);
      return;
    }
    const { deadlines, clock } = this.#port;
    const { incarnation } = record;
    const alarm = new Alarm(() => { if (record.incarnation === incarnation) this.#kill(record); });
    deadlines.add(alarm, clock.now() + graceMs);
    record.whenEnded(() => deadlines.remove(alarm));
  }

  /** Ends an incarnation now. A kernel that doesn't confirm loses its host: it is too busy to obey. */
  #kill(record: SlotRecord | undefined): void {
    if (record === undefined) return;
    switch (record.state.kind) {
      case 'waiting':
      case 'dead': return;
      case 'ending':
        for (const child of record.children) this.#kill(child);
        return;
      case 'starting':
      case 'up':
    }
    const { id: slot, incarnation, host } = record;
    record.life.endReason = { kind: 'killed' };
    if (record.state.kind === 'starting' && (host === undefined || record.ownsHost)) {
      if (host === undefined) this.#startFailed(record, record.life.endReason);
      else host.terminate();
      return;
    }
    this.#kills.expect({ slot, incarnation }, () => {
      // Whoever lives there beside it is lost as well.
      if (record.ownsHost) host?.terminate();
      else host?.fail(unconfirmed(record.path));
    });
    record.whenEnded(() => this.#kills.confirmed({ slot, incarnation }));
    host?.order({ type: 'kill', slot, incarnation });
  }

  #remove(record: SlotRecord | undefined): void {
    if (record?.state.kind === 'waiting') this.#die(record, record.state.reason);
  }

  #shutdownFor(from: number, { request, slot, graceMs, comesBack }: ShutdownRequest): void {
    const record = this.#slots.get(slot);
    if (record === undefined) {
      this.#order(from, { type: 'done', request, reason: this.#slots.reasonOfDead(slot) });
      return;
    }
    record.life.isEndExpected = true;
    record.life.comesBack = typeof comesBack === 'boolean' ? comesBack : record.isOfSpec && record.parent?.startsAgain(comesBack) === true;
    void this.#shutdown(record, graceMs).then((reason) => this.#order(from, { type: 'done', request, reason }));
  }

  /** The stop itself travels with the caller's messages; this only sees to its end. */
  #stopFor(from: number, request: number, slot: number, graceMs: number): void {
    const record = this.#slots.get(slot);
    const done = (reason: ExitReason): void => this.#order(from, { type: 'done', request, reason });
    // While it restarts there is nothing to stop.
    const isRestarting = record?.state.kind === 'waiting' || (record?.state.kind === 'starting' && record.incarnation > 1);
    if (record === undefined || isRestarting) {
      done(record === undefined ? this.#slots.reasonOfDead(slot) : { kind: 'normal' });
      return;
    }
    record.whenEnded(done);
    this.#limit(record, graceMs);
  }

  #tellWaiters(record: SlotRecord, reason: ExitReason): void {
    const waiters = record.endWaiters;
    record.endWaiters = [];
    for (const ended of waiters) ended(reason);
    this.#inquiries.ended(record);
  }

  async #endHosts(): Promise<void> {
    const ends: Promise<HostEnd>[] = [];
    for (const host of this.#port.hosts) {
      if (host.kind === 'local') continue;
      host.stop();
      ends.push(host.ended);
    }
    await Promise.all(ends);
  }

  /** A failed start leaves no thread or process behind when its caller hears of it. */
  #afterHostEnd(record: SlotRecord, then: () => void): void {
    if (!record.ownsHost || record.host === undefined) {
      then();
      return;
    }
    record.host.terminate();
    void record.host.ended.then(then);
  }

  /** A slot whose actor lives in host `from`: no other host speaks for it. */
  #slotIn(from: number, slot: number): SlotRecord | undefined {
    const record = this.#slots.get(slot);
    return record?.host?.id === from ? record : undefined;
  }

  #order(hostId: number, order: Order): void {
    this.#port.host(hostId)?.order(order);
  }
}

/** Whether somebody may start it again: its supervisor, which is there, or may return itself. Its children keep their slots then. */
function mayReturn({ isHeld, parent }: SlotRecord): boolean {
  if (!isHeld || parent === undefined) return false;
  switch (parent.state.kind) {
    case 'starting':
    case 'up': return true;
    case 'ending':
    case 'waiting': return mayReturn(parent);
    case 'dead': return false;
  }
}

function unconfirmed(path: string): HostExitError {
  // Not the killed one's fault: that may be anybody who lives there.
  const text = `Cannot go on: the host of "${path}" did not confirm its kill within ${KILL_CONFIRM_MS} ms: something blocks it`;
  return new HostExitError('TROUPE_HOST_DOWN', text, '');
}

function lostWhileStarting(record: SlotRecord, lostHost: number, reason: ExitReason, how: string): StartFailedError {
  const cause = reason.kind === 'host_down' ? reason.error : undefined;
  const wasLaunched = reason.kind !== 'host_down' || reason.code !== null || reason.signal !== null;
  if (!wasLaunched && cause instanceof StartFailedError) {
    return new StartFailedError(record.path, whyNotStarted(cause), { cause, lostHost, canHeal: cause.canHeal });
  }
  return new StartFailedError(record.path, `its host ended: ${how}`, { lostHost, ...cause === undefined ? {} : { cause } });
}

/** What its set has refused, said of the actor. */
function ofActor({ path }: SlotRecord, error: Error): StartFailedError {
  return new StartFailedError(path, error.message.replace(/^Cannot start /, 'on '), { cause: error, canHeal: false });
}

/** Why a start failed, as its caller sees it. */
function startFailure(record: SlotRecord, cause: Error | string): Error {
  if (typeof cause === 'string') return new StartFailedError(record.path, `it was ended before it was ready (${cause})`);
  if (cause instanceof ActorError && cause.code.startsWith('TROUPE_START')) return cause;
  if (cause instanceof ActorError && cause.code === 'TROUPE_DEFINITION_MISMATCH') return cause;
  return new StartFailedError(record.path, `init threw ${cause.name}: ${cause.message}`, { cause });
}
