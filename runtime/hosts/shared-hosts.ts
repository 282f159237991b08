import type { Cancel, Clock, Random } from '../../core/clock.ts';
import type { Events } from '../events.ts';
import type { ExitReason } from '../../core/exit-reason.ts';
import type { Host } from './host.ts';
import type { HostsSpec } from '../../core/host-set.ts';
import { DEFAULT_BACKOFF, restartDelayMs } from '../../core/backoff.ts';
import { HostSet } from '../../core/host-set.ts';
import { ActorError, StartFailedError, StartTimeoutError, whyNotStarted } from '../../core/errors.ts';
import { addRestart } from '../../core/restart-intensity.ts';
import { describeExit } from '../../core/exit-reason.ts';
import { within } from '../../core/within.ts';

/** What a set needs of its system. */
export interface SharedHostsPort {
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
  /** Starts one host, which loads the set's modules before it is ready. */
  launch(spec: HostsSpec): Host;
  /** Ends all actors on the set. `reason`: what they end with, if not as they would. */
  endActors(set: number, reason: ExitReason | undefined): Promise<void>;
  /** Keeps the program alive until the returned function is called. */
  hold(): () => void;
  /** The set and all its hosts have ended. */
  ended(): void;
}

/** One of the places for a host in a set. */
interface Member {
  /** Undefined between one host and the next. */
  host: Host | undefined;
  /** Whether it takes actors. */
  status: 'starting' | 'ready' | 'ending';
  /** How many actors were placed there and aren't dead. */
  actors: number;
  /** Starts again in a row, without having been up for the window in between. */
  attempts: number;
  /** `Infinity` until it is ready. */
  upSinceMs: number;
  cancelStart: Cancel;
}

/** An actor that waits for a host. */
interface Waiting {
  readonly placed: (host: Host) => void;
  readonly refused: (error: Error) => void;
}

/** A set of hosts as its system runs it: who lives where, and what happens when a host ends. */
export class SharedHosts extends HostSet {
  readonly id: number;
  readonly name: string;
  readonly #spec: HostsSpec;
  readonly #port: SharedHostsPort;
  readonly #owner: object;
  readonly #members: readonly Member[];
  /** Actors that have no host yet: none is ready. */
  readonly #waiting = new Set<Waiting>();
  readonly #closed: Promise<ExitReason>;
  #setClosed: (reason: ExitReason) => void = () => {};
  /** When hosts were started again, newest first. */
  #restarts: readonly number[] = [];
  #status: 'starting' | 'open' | 'closing' | 'closed' = 'starting';
  /** Aborted with why there will be no set, if anything comes between its start and its opening. */
  readonly #start = new AbortController();
  #reason: ExitReason = { kind: 'normal' };
  #stopped: Promise<void> | undefined;

  /** @param owner Whose spawns it takes. */
  constructor(id: number, spec: HostsSpec, owner: object, port: SharedHostsPort) {
    super();
    this.id = id;
    this.name = spec.name ?? `hosts-${id}`;
    this.#spec = spec;
    this.#owner = owner;
    this.#port = port;
    this.#closed = new Promise((resolve) => { this.#setClosed = resolve; });
    this.#members = Array.from({ length: spec.size }, () => {
      return { host: undefined, status: 'starting', actors: 0, attempts: 0, upSinceMs: Infinity, cancelStart: () => undefined };
    });
  }

  get kind(): 'thread' | 'process' { return this.#spec.kind; }
  get size(): number { return this.#spec.size; }

  get closed(): Promise<ExitReason> {
    if (this.#status !== 'closed') void this.#closed.then(this.#port.hold());
    return this.#closed;
  }

  isOf(owner: object): boolean { return this.#owner === owner; }

  /**
   * Starts all hosts; all of them live when it resolves.
   *
   * @throws {StartFailedError | StartTimeoutError | ActorError} (as a rejection) None is left then.
   */
  async start(): Promise<void> {
    const { startMs, signal: given, kind } = this.#spec;
    const own = this.#start.signal;
    const release = this.#port.hold();
    try {
      given?.throwIfAborted();
      const signal = given === undefined ? own : AbortSignal.any([given, own]);
      const hosts = this.#members.map((member) => this.#launch(member));
      const late = (): Error => new StartTimeoutError(this.name, startMs, `a ${kind} or its modules were late`);
      const ready = Promise.all(hosts.map((host) => host.ready));
      await within(ready, this.#port.clock, { timeoutMs: startMs, signal }, late);
      // It may have come in the same turn as the last host.
      own.throwIfAborted();
      this.#status = 'open';
    } catch (error) {
      this.retire({ kind: 'error', error: error as Error });
      const ended = this.#hosts().map((host) => {
        host.terminate();
        return host.ended;
      });
      await Promise.all(ended);
      if (!(error instanceof StartFailedError)) throw error;
      throw new StartFailedError(this.name, `one of its hosts could not: ${whyNotStarted(error)}`, { cause: error.cause ?? error, canHeal: error.canHeal });
    } finally {
      release();
    }
  }

  stop(): Promise<void> {
    return this.#stopped ??= this.#end({ kind: 'normal' }, undefined);
  }

  /**
   * Calls one of both back, once: `placed` with the host that has the fewest actors, as soon as one is ready. Returns what
   * takes that back.
   */
  place(placed: (host: Host) => void, refused: (error: Error) => void): Cancel {
    if (this.#status !== 'open') {
      refused(this.#refusal());
      return () => undefined;
    }
    const member = this.#emptiest();
    if (member !== undefined) {
      member.actors++;
      placed(member.host as Host);
      return () => undefined;
    }
    const waiting = { placed, refused };
    this.#waiting.add(waiting);
    return () => { this.#waiting.delete(waiting); };
  }

  /** Whether an actor that was placed on `host` can start there again. */
  takes(host: Host): boolean {
    return this.#status === 'open' && this.#members.some((each) => each.host === host && each.status === 'ready');
  }

  /** One of the actors placed on `host` is gone. */
  release(host: Host): void {
    const member = this.#members.find((each) => each.host === host);
    if (member !== undefined) member.actors--;
  }

  /** A host is about to end, though it was not asked to by us: nobody new is placed there. */
  ending(host: Host): void {
    const member = this.#members.find((each) => each.host === host);
    if (member !== undefined) member.status = 'ending';
  }

  /** A host has ended: nobody is placed there any more. Returns what is to follow once its actors have been told. */
  lost(host: Host, reason: ExitReason): () => void {
    const member = this.#members.find((each) => each.host === host);
    if (member === undefined) return () => undefined;
    member.cancelStart();
    // One that was not ready rejects its own start.
    if (this.#status === 'starting' && member.status !== 'starting') this.#start.abort(this.#lostAtStart(reason));
    Object.assign(member, { host: undefined, status: 'starting', actors: 0 });
    return () => {
      if (this.#status === 'open') this.#restart(member, reason);
      else if (this.#status === 'closing') this.#checkClosed();
    };
  }

  /** Takes no more actors, and starts no more hosts: its hosts are about to end. */
  retire(reason: ExitReason): void {
    if (this.#status === 'closing' || this.#status === 'closed') return;
    if (this.#status === 'starting') this.#start.abort(systemStopped());
    this.#status = 'closing';
    this.#reason = reason;
    for (const { cancelStart, host } of this.#members) if (host === undefined) cancelStart();
    for (const { refused } of this.#waiting) refused(this.#refusal());
    this.#waiting.clear();
    this.#checkClosed();
  }

  #launch(member: Member): Host {
    const host = member.host = this.#port.launch(this.#spec);
    member.upSinceMs = Infinity;
    const ready = (): void => {
      if (member.status !== 'starting') return;
      member.cancelStart();
      member.status = 'ready';
      member.upSinceMs = this.#port.clock.now();
      this.#placeWaiting(member, host);
    };
    // Its failure is told as its end.
    host.ready.then(ready, () => undefined);
    return host;
  }

  #placeWaiting(member: Member, host: Host): void {
    for (const waiting of this.#waiting) {
      this.#waiting.delete(waiting);
      member.actors++;
      waiting.placed(host);
    }
  }

  #restart(member: Member, reason: ExitReason): void {
    const { clock, random, events } = this.#port;
    const { intensity, kind, startMs } = this.#spec;
    const { times, isAllowed } = addRestart(this.#restarts, clock.now(), intensity);
    this.#restarts = times;
    if (!isAllowed) {
      const spent: ExitReason = { kind: 'intensity', child: this.name, restarts: times.length - 1, withinMs: intensity.withinMs };
      this.#stopped ??= this.#end(spent, spent);
      return;
    }
    if (clock.now() - member.upSinceMs >= intensity.withinMs) member.attempts = 0;
    const delayMs = restartDelayMs(++member.attempts, random.next(), DEFAULT_BACKOFF);
    events.emit('host_restarting', {
      hosts: this.name, kind, reason, restarts: times.length, budgetLeft: intensity.maxRestarts - times.length, delayMs,
    });
    const launch = (): void => {
      const host = this.#launch(member);
      const late = (): void => host.fail(new StartTimeoutError(this.name, startMs, `a ${kind} or its modules were late`));
      member.cancelStart = startMs === Infinity ? () => undefined : clock.after(startMs, late);
    };
    if (delayMs === 0) launch();
    else member.cancelStart = clock.after(delayMs, launch);
  }

  async #end(reason: ExitReason, actorsEndWith: ExitReason | undefined): Promise<void> {
    const release = this.#port.hold();
    this.retire(reason);
    await this.#port.endActors(this.id, actorsEndWith);
    const ended = this.#hosts().map((host) => {
      host.stop();
      return host.ended;
    });
    await Promise.all(ended);
    release();
  }

  #checkClosed(): void {
    if (this.#members.some(({ host }) => host !== undefined)) return;
    this.#status = 'closed';
    this.#setClosed(this.#reason);
    this.#port.ended();
  }

  #emptiest(): Member | undefined {
    let best: Member | undefined;
    for (const member of this.#members) if (member.status === 'ready' && (best === undefined || member.actors < best.actors)) best = member;
    return best;
  }

  #hosts(): Host[] {
    return this.#members.flatMap(({ host }) => host === undefined ? [] : [host]);
  }

  #lostAtStart(reason: ExitReason): StartFailedError {
    const cause = reason.kind === 'host_down' ? reason.error : undefined;
    const why = `it ended before the others were ready: ${describeExit(reason)}`;
    return new StartFailedError(this.name, why, cause === undefined ? {} : { cause });
  }

  /** Nothing heals a set that has ended: whoever restarts an actor on it gives up. */
  #refusal(): StartFailedError {
    const how = this.#reason.kind === 'normal' ? 'it has been stopped' : `it has ended: ${describeExit(this.#reason)}`;
    return new StartFailedError(this.name, `no actor can start on these hosts, ${how}`, { canHeal: false });
  }
}

/** A set that isn't open is retired by its system alone. */
export function systemStopped(): ActorError {
  return new ActorError('TROUPE_SYSTEM_STOPPED', 'Cannot start hosts: the system has been stopped');
}
