import type { AuthorityPort } from './authority-port.ts';
import type { Directory } from './directory.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { Host, HostEnd } from './hosts/host.ts';
import type { Request } from './control.ts';
import { Books } from './books.ts';
import { Ends } from './ends.ts';
import { LostHosts } from './lost-hosts.ts';
import { Shutdowns } from './shutdowns.ts';
import { StartRequests } from './start-requests.ts';
import { Starts } from './starts.ts';
import { VacantSlots } from './vacant-slots.ts';
import { failStart } from './start-failure.ts';

type EndedRequest = Extract<Request, { type: 'ended' }>;
type ShutdownRequest = Extract<Request, { type: 'shutdown' }>;
type StopRequest = Extract<Request, { type: 'stop' }>;
type DecidedRequest = Extract<Request, { type: 'decided' }>;

/**
 * The one place that decides about slots: when an incarnation begins, in which host, and what its end means. It lives
 * on the main thread; kernels ask it, and obey its orders.
 */
export class Authority {
  readonly #books: Books;
  readonly #vacant: VacantSlots;
  readonly #shutdowns: Shutdowns;
  readonly #ends: Ends;
  readonly #lostHosts: LostHosts;
  readonly #starts: Starts;
  readonly #startRequests: StartRequests;

  constructor(port: AuthorityPort) {
    // Each knows those before it alone.
    const books = this.#books = new Books(port);
    const vacant = this.#vacant = new VacantSlots(books);
    const shutdowns = this.#shutdowns = new Shutdowns(books, vacant);
    this.#ends = new Ends(books, vacant, shutdowns);
    this.#lostHosts = new LostHosts(books, vacant, shutdowns, this.#ends);
    this.#starts = new Starts(books, vacant, shutdowns);
    this.#startRequests = new StartRequests(books, vacant, shutdowns, this.#starts);
  }

  /** Whom others look for. */
  get directory(): Directory { return this.#books.directory; }

  /** Takes what the kernel of host `from` asks or reports. */
  receive(from: number, request: Request): void {
    const { port, slots, watchers, directory, inquiries } = this.#books;
    switch (request.type) {
      case 'spawn':
        this.#startRequests.spawn(from, request);
        break;
      case 'restart':
        this.#startRequests.restart(from, request.request, request.slot);
        break;
      case 'shutdown':
        this.#shutdown(from, request);
        break;
      case 'stop':
        this.#stop(from, request);
        break;
      case 'cancel':
        this.#startRequests.cancel(from, request.request);
        break;
      case 'rest':
        this.#vacant.rest(slots.get(request.slot));
        break;
      case 'remove':
        this.#vacant.remove(slots.get(request.slot));
        break;
      case 'kill':
        this.#shutdowns.kill(slots.get(request.slot));
        break;
      case 'suspend':
      case 'resume':
      case 'inspect':
        inquiries.ask(from, request);
        break;
      case 'obeyed':
        inquiries.answered(from, request.inquiry);
        break;
      case 'inspected':
        inquiries.answered(from, request.inquiry, request.facts);
        break;
      case 'watch':
        watchers.watch(from, request.slot);
        break;
      case 'unwatch':
        watchers.unwatch(from, request.slot);
        break;
      case 'monitor': {
        const by = slots.onHost(from, request.by);
        if (by !== undefined) watchers.monitor(request.slot, by, request.incarnation);
        break;
      }
      case 'demonitor':
        if (slots.onHost(from, request.by) !== undefined) watchers.demonitor(request.slot, request.by);
        break;
      case 'link': {
        const by = slots.onHost(from, request.by);
        if (by !== undefined) watchers.links.link(request.slot, by);
        break;
      }
      case 'unlink':
        if (slots.onHost(from, request.by) !== undefined) watchers.links.unlink(request.slot, request.by);
        this.#books.order(from, { type: 'unlinked', slot: request.by, from: request.slot });
        break;
      case 'children':
        this.#books.order(from, { type: 'children', request: request.request, actors: slots.get(request.slot)?.liveChildren ?? [] });
        break;
      case 'whereis':
      case 'join':
      case 'leave':
      case 'members':
        directory.receive(from, request);
        break;
      case 'trap': {
        const record = slots.onHost(from, request.slot);
        if (record !== undefined) record.life.trapsExits = request.trap;
        break;
      }
      case 'started':
        this.#starts.started(from, request.slot, request.incarnation);
        break;
      case 'saved': {
        const record = slots.onHost(from, request.slot);
        if (record?.incarnation === request.incarnation) record.saved = request.saved;
        break;
      }
      case 'ended':
        this.#ended(from, request);
        break;
      case 'decided':
        this.#decided(from, request);
        break;
      case 'lost':
        this.#lostHosts.messages.tell(from, request.host, request);
        break;
      case 'log':
        port.events.emit('log', request.entry);
        break;
      case 'event':
        port.events.emit(request.name, request.event);
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
    this.#lostHosts.ended(host, end, wasWanted);
  }

  /** Ends all actors, in the reverse order of their starts, then all hosts. */
  async stop(): Promise<void> {
    this.#startRequests.close();
    await this.#shutdowns.endChildren(this.#books.slots.root);
    await this.#endHosts();
  }

  /** Ends all actors on a set of hosts; with `reason`, whatever they do meanwhile. */
  async endActors(set: number, reason: ExitReason | undefined): Promise<void> {
    const onSet = [...this.#books.slots].filter(({ place }) => 'set' in place && place.set === set);
    const ends = onSet.toReversed().map(async (record) => {
      if (record.state.kind === 'up') record.life.endReason ??= reason;
      await this.#shutdowns.shutdown(record);
    });
    await Promise.all(ends);
  }

  /** Ends all hosts at once. */
  async kill(): Promise<void> {
    const { port, slots, reports } = this.#books;
    this.#startRequests.close();
    reports.silence();
    for (const child of Array.from(slots.root.children)) this.#shutdowns.kill(child);
    for (const host of port.hosts) host.terminate();
    await this.#endHosts();
  }

  #shutdown(from: number, { request, slot, graceMs, comesBack }: ShutdownRequest): void {
    const { slots } = this.#books;
    const record = slots.get(slot);
    const done = (reason: ExitReason): void => this.#books.order(from, { type: 'done', request, reason });
    if (record === undefined) {
      done(slots.reasonOfDead(slot));
      return;
    }
    record.life.isEndExpected = true;
    record.life.comesBack = typeof comesBack === 'boolean' ? comesBack : record.isOfSpec && record.parent?.startsAgain(comesBack) === true;
    void this.#shutdowns.shutdown(record, graceMs).then(done);
  }

  /** The stop itself travels with the caller's messages; this only sees to its end. */
  #stop(from: number, { request, slot, graceMs }: StopRequest): void {
    const { slots } = this.#books;
    const record = slots.get(slot);
    const done = (reason: ExitReason): void => this.#books.order(from, { type: 'done', request, reason });
    // While it restarts there is nothing to stop.
    const isRestarting = record?.state.kind === 'waiting' || (record?.state.kind === 'starting' && record.incarnation > 1);
    if (record === undefined || isRestarting) {
      done(record === undefined ? slots.reasonOfDead(slot) : { kind: 'normal' });
      return;
    }
    record.whenEnded(done);
    this.#shutdowns.limit(record, graceMs);
  }

  #ended(from: number, { slot, incarnation, reason, wasStarting, scene }: EndedRequest): void {
    this.#shutdowns.confirmed(slot, incarnation);
    const record = this.#books.slots.onHost(from, slot);
    if (record?.incarnation !== incarnation) return;
    if (wasStarting && reason.kind === 'normal') this.#starts.ignored(record);
    else if (record.state.kind === 'starting' || wasStarting) failStart(record, reason);
    else this.#ends.ended(record, record.life.endReason ?? reason, [], scene);
  }

  /** Nobody but its supervisor speaks for a child. */
  #decided(from: number, { slot, reason, decision }: DecidedRequest): void {
    const { port, slots, reports } = this.#books;
    const record = slots.get(slot);
    if (record?.parent?.host?.id !== from) return;
    reports.decided(record, decision);
    if (decision.kind !== 'restart') return;
    const { restarts, budgetLeft, delayMs } = decision;
    port.events.emit('restarting', { actor: record.path, reason, restarts, budgetLeft, delayMs });
  }

  async #endHosts(): Promise<void> {
    const ends: Promise<HostEnd>[] = [];
    for (const host of this.#books.port.hosts) {
      if (host.kind === 'local') continue;
      host.stop();
      ends.push(host.ended);
    }
    await Promise.all(ends);
  }
}
