import type { Account, HostAccount } from './account.ts';
import type { Clock, Random, Turns } from '../core/clock.ts';
import type { HostEnd } from './hosts/host.ts';
import type { HostPlan } from './hosts/remote-host.ts';
import type { HostSet, HostsOptions } from '../core/host-set.ts';
import type { LogThreshold, Logger } from '../core/log.ts';
import type { LaunchHost } from './hosts/host-transport.ts';
import type { HostKind, Spawn } from '../core/spawn-options.ts';
import type { OpenGroup } from '../core/group.ts';
import type { ByteSize } from '../core/byte-size.ts';
import type { KernelPorts } from './kernel-ports.ts';
import type { LocalMessages, MessageRules } from './values.ts';
import type { Request } from './control.ts';
import type { Wait } from '../core/within.ts';
import type { ActorSnapshot } from '../core/actor-snapshot.ts';
import type { ActorDefinition } from '../core/actor.ts';
import type { ActorRef, ApiOf, WaitOptions } from '../core/actor-ref.ts';
import type { Where } from '../core/definition.ts';
import type { Whereis } from '../core/registry.ts';
import { checkLogLevel, checkLogger } from '../core/log.ts';
import { ActorError, AskTimeoutError, invalidOption } from '../core/errors.ts';
import { DEFAULT_TIMEOUT_MS, Ref } from '../core/actor-ref.ts';
import { DistantDefinition } from '../core/distant-definition.ts';
import { NamedSlot } from './slots/named-slot.ts';
import { checkName } from '../core/registry.ts';
import { checkFields, checkLiteral } from '../core/options.ts';
import { Authority } from './authority.ts';
import { Diagnosis } from './diagnosis.ts';
import { Events } from './events.ts';
import { DEFAULT_RULES } from './values.ts';
import { Kernel } from './kernel.ts';
import { toBytes } from '../core/byte-size.ts';
import { MAIN_HOST, ROOT_SLOT, numberAfter } from './control.ts';
import { LocalHost } from './hosts/local-host.ts';
import { RemoteHost } from './hosts/remote-host.ts';
import { SystemLog } from './system-log.ts';
import { requestOf } from './protocol.ts';
import { ProgramHold, nodeClock, nodeRandom, nodeTurns, threadCurrent } from './node-ports.ts';
import { launchProcess } from './hosts/process-host.ts';
import { launchThread } from './hosts/thread-host.ts';
import { checkHostsOptions } from '../core/host-set.ts';
import { hostDown } from './hosts/host.ts';
import { SharedHosts, systemStopped } from './hosts/shared-hosts.ts';
import { hostInfo, thisHost } from './hosts/this-host.ts';
import { checkWait, within } from '../core/within.ts';

/** What a system goes by. */
export interface SystemOptions {
  /**
   * How messages pass between actors of one thread. `'checked'`: by reference, after a look that they are plain data.
   * `'copied'`: through the codec, as to any other host. Default `'checked'`.
   */
  messages?: LocalMessages;
  /**
   * The longest argument list, reply, item or input as bytes, to another host, and the most that is saved at once, anywhere;
   * up to `'1GB'`. Longer ones are refused at the sender, with `FrameTooLargeError`. Buffers that `transfer()` moves between
   * threads don't count. Default `'64MB'`.
   */
  maxFrame?: ByteSize;
  /**
   * Whether every ask notes where it was made: in the report of a crash, and as `asked from` in the stack of what the ask rejects
   * with. It takes some microseconds, several times as long as an ask within a thread. Default false.
   */
  askStacks?: boolean;
  /**
   * Where entries are written: what actors log (`ctx.log`), what becomes of the actors that {@link run} runs, and of others the errors that
   * nobody is told. Default: lines on standard error.
   */
  log?: Logger | false;
  /** The level from which on there are entries, on all hosts; `'debug'` also tells all that becomes of actors and hosts. Default `'info'`. */
  logLevel?: LogThreshold;
  /** Where time comes from. Default: the real one. */
  clock?: Clock;
  /** Where chance comes from. Default: `Math.random`, and random UUIDs. */
  random?: Random;
}

/** What a system stands on beside its options; only tests give others. */
export interface SystemPorts extends Partial<Pick<KernelPorts, 'makeScheduler' | 'observer' | 'followsAll' | 'keepsSlots' | 'host' | 'load' | 'keepAlive'>> {
  readonly turns?: Turns;
  readonly launch?: Readonly<Record<Exclude<HostKind, 'local'>, LaunchHost>>;
}

/**
 * Actors, the hosts they live in, and who is told of what. Two systems in one program never meet.
 *
 * Most programs need none of their own: the free functions `spawn` and `run` act on a default system.
 */
export class ActorSystem implements AsyncDisposable {
  /** What is written down of it: who runs a tree adds that. */
  readonly log: SystemLog;
  /** Everything that happens here. */
  readonly events: Events;
  /** Starts an actor that has no parent. */
  readonly spawn: Spawn;
  /** Finds an actor by its name. */
  readonly whereis: Whereis;
  /** The group with this name: who belongs to it, and what they are told together. */
  readonly group: OpenGroup;
  readonly #kernel: Kernel;
  readonly #authority: Authority;
  readonly #diagnosis: Diagnosis;
  readonly #hosts = new Map<number, LocalHost | RemoteHost>();
  readonly #turns: Turns;
  readonly #launch: Required<SystemPorts>['launch'];
  readonly #programHold = new ProgramHold();
  readonly #rules: MessageRules;
  readonly #sets = new Map<number, SharedHosts>();
  readonly #accountRequests = new Map<number, (account: Account) => void>();
  #lastAccountRequest = 0;
  #lastHost = MAIN_HOST;
  #lastSet = 0;
  #stopped: Promise<void> | undefined;

  constructor(options: SystemOptions = {}, { turns = nodeTurns(), launch = LAUNCHERS, ...ports }: SystemPorts = {}) {
    const {
      messages = 'checked', maxFrame = DEFAULT_RULES.maxBytes, askStacks = false, log, logLevel = 'info', clock = nodeClock, random = nodeRandom,
    } = checkOptions(options);
    this.#turns = turns;
    this.events = new Events((error) => turns.later(() => { throw error; }));
    this.log = new SystemLog(this.events, clock, log, logLevel);
    this.#launch = launch;
    this.#rules = { local: messages, maxBytes: toBytes(maxFrame, 'maxFrame'), askStacks };
    const current = threadCurrent();
    const kernel: Kernel = this.#kernel = new Kernel(MAIN_HOST, {
      host: hostInfo('local'),
      logLevel,
      clock,
      random,
      turns,
      current,
      transmit: (peer, frame, attachments) => this.#remote(peer)?.send(frame, attachments),
      hasRoomTo: (peer) => this.#remote(peer)?.hasRoom ?? true,
      toAuthority: (request) => current.runOutside(() => this.#authority.receive(MAIN_HOST, request)),
      control: (from, message) => this.#heard(from, requestOf(message)),
      load: (url) => import(url),
      isLoading: () => false,
      keepAlive: (isHeld) => this.#programHold.set(isHeld),
      ...ports,
    }, this.#rules);
    this.#diagnosis = new Diagnosis(kernel);
    this.#hosts.set(MAIN_HOST, new LocalHost((order) => kernel.obey(order)));
    this.#authority = new Authority({
      clock,
      deadlines: kernel.deadlines,
      events: this.events,
      launch: (kind, settings) => this.#launchHost({ kind, settings, modules: [] }),
      set: (id) => this.#sets.get(id),
      host: (id) => this.#hosts.get(id),
      refTo: (slot) => kernel.refAbout(slot),
      hosts: { [Symbol.iterator]: () => this.#hosts.values() },
    });
    this.spawn = kernel.spawnUnder(ROOT_SLOT);
    this.whereis = kernel.registry.whereis;
    this.group = kernel.registry.group;
    process.on('beforeExit', this.#beforeExit);
  }

  /**
   * A ref to a name: each message goes to whoever has it then, a restarted actor or another one. While nobody has it, a tell
   * is a dead letter and an ask rejects with {@link ActorStoppedError}, `executed: 'no'`. While the actor runs another
   * definition, a tell throws {@link DefinitionMismatchError} and an ask rejects with it. In a message it is the ref of the
   * actor that has the name; while nobody has it, it can't be sent.
   *
   * @throws {TypeError} The name isn't one.
   * @example
   * await using system = createSystem();
   * const visits = system.ref(Counter, 'visits');
   * await system.spawn(Counter, { name: 'visits', input: { start: 7 } });
   * const n = await visits.ask.value();
   */
  ref<I, H, W extends Where>(definition: ActorDefinition<I, H, W>, name: string): ActorRef<ApiOf<H>> {
    const { shape } = DistantDefinition.of(definition);
    const slot = new NamedSlot(this.#kernel, checkName(name), shape, (of) => this.#authority.directory.holderOf(of));
    return new Ref(slot) as unknown as ActorRef<ApiOf<H>>;
  }

  /** The level from which on entries are written. */
  get logLevel(): LogThreshold { return this.log.level; }

  /**
   * Changes the level, here at once and on all other hosts ahead of what they are told next; those that start later have it, too.
   *
   * @throws {TypeError} It is no level.
   * @example
   * await using system = createSystem();
   * system.setLogLevel('debug');
   */
  setLogLevel(level: LogThreshold): void {
    this.log.level = checkLogLevel(level);
    for (const host of this.#hosts.values()) host.order({ type: 'log_level', level });
  }

  /** The actors that live now and have no parent, in the order of their starts. */
  activeActors(): Promise<readonly ActorRef<object>[]> { return this.#kernel.activeChildren(ROOT_SLOT); }

  /** What became of the messages that the main thread has sent. */
  get account(): Account { return this.#kernel.account; }

  /**
   * The accounts of all hosts, the main thread's first: what became of the messages that each of them has sent.
   *
   * @throws {AskTimeoutError} (as a rejection) A host hasn't answered within `timeout`, default 5 s: something there blocks
   *   its thread.
   */
  async accounts(options: WaitOptions = {}): Promise<readonly HostAccount[]> {
    const wait = checkWait(options, 'the options of accounts()', DEFAULT_TIMEOUT_MS);
    const release = this.hold();
    try {
      const others = Array.from(this.#hosts.values()).filter((host) => host instanceof RemoteHost);
      const accounts = await Promise.all(others.map((host) => this.#accountOf(host, wait)));
      return [{ host: MAIN_HOST, ...this.account }, ...accounts.filter((account) => account !== undefined)];
    } finally {
      release();
    }
  }

  /**
   * Holds an actor still: it begins no message, timer or signal until {@link resume}, or its restart. Resolves when what it was
   * handling has come to its end; streams and answers for later go on. It can be stopped by its supervisor and killed all the same; a
   * caller's `stop()` waits in its mailbox, up to its `grace`. Suspending it twice is suspending it once. Not from its own handler, which
   * would wait for itself.
   *
   * @param options.timeout How long to wait. Default 5 s. The actor stays suspended when it is over.
   * @throws {TypeError | RangeError} (all as rejections) `ref` is no ref of this system; an option isn't what it should be.
   * @throws {ActorStoppedError} The actor has ended for good, now or meanwhile.
   * @throws {UnavailableError} The actor is restarting, or ends to be restarted meanwhile.
   * @throws {AskTimeoutError} Not within `timeout`: a handler goes on, or its host is blocked.
   * @throws What `signal` was aborted with.
   */
  suspend(ref: ActorRef<object>, options: WaitOptions = {}): Promise<void> {
    return this.#diagnosis.suspend(ref, options);
  }

  /**
   * Has a suspended actor go on. Resolves when it does; at once when it isn't suspended, or restarts.
   *
   * @param options.timeout How long to wait. Default 5 s.
   * @throws As {@link suspend}, but never an `UnavailableError`.
   */
  resume(ref: ActorRef<object>, options: WaitOptions = {}): Promise<void> {
    return this.#diagnosis.resume(ref, options);
  }

  /**
   * What a live actor is doing, without asking the actor: answered at once, also while a handler is running; but not while its host
   * is blocked.
   *
   * @param options.timeout How long to wait. Default 5 s.
   * @throws As {@link suspend}, but never an `UnavailableError`: an actor that is restarting can be looked at.
   * @example
   * await using system = createSystem();
   * const counter = await system.spawn(Counter, { input: { start: 5 } });
   * await system.suspend(counter);
   * counter.tell.increment();
   * const { state, mailbox } = await system.inspect(counter); // { n: 5 }, { queued: 1, stashed: 0, signals: 0 }
   * await system.resume(counter);
   * await counter.ask.value(); // 6
   */
  inspect(ref: ActorRef<object>, options: WaitOptions = {}): Promise<ActorSnapshot> {
    return this.#diagnosis.inspect(ref, options);
  }

  /**
   * Stops all actors in the reverse order of their starts, each with its `stop`, then ends all threads and
   * processes. Later spawns are refused.
   */
  stop(): Promise<void> {
    return this.#stopped ??= this.#end(this.#stopAll());
  }

  /** Ends all actors, threads and processes at once. */
  async kill(): Promise<void> {
    const killed = this.#authority.kill();
    this.#retireSets('killed');
    this.#stopped ??= this.#end(killed);
    await killed;
  }

  /**
   * Starts threads or processes on which many actors may live, and resolves when all have loaded the modules.
   *
   * @throws {TypeError | RangeError} (as a rejection) An option isn't what it should be.
   * @throws {StartFailedError | StartTimeoutError} (as a rejection) No host is left then.
   * @throws {ActorError} (as a rejection) `TROUPE_SYSTEM_STOPPED`; no host is left then.
   */
  async hosts(options: HostsOptions): Promise<HostSet> {
    const spec = checkHostsOptions(options);
    if (this.#stopped !== undefined) throw systemStopped();
    const id = ++this.#lastSet;
    const { clock, random } = this.#kernel;
    const set = new SharedHosts(id, spec, this.#kernel, {
      clock, random,
      events: this.events,
      launch: (plan) => this.#launchHost(plan),
      endActors: (of, reason) => this.#authority.endActors(of, reason),
      hold: () => this.hold(),
      ended: () => this.#sets.delete(id),
    });
    this.#sets.set(id, set);
    await set.start();
    return set;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Keeps the program alive until the returned function is called. */
  hold(): () => void {
    const { keepAlive } = this.#kernel;
    keepAlive.hold();
    return () => keepAlive.release();
  }

  /** The time that everything here goes by. */
  get clock(): Clock { return this.#kernel.clock; }

  #stopAll(): Promise<void> {
    const stopped = this.#authority.stop();
    this.#retireSets('shutdown');
    return stopped;
  }

  /** Once the authority knows that the system ends: those who wait for a host are refused because of that. */
  #retireSets(kind: 'shutdown' | 'killed'): void {
    for (const set of this.#sets.values()) set.retire({ kind });
  }

  async #end(ended: Promise<void>): Promise<void> {
    const release = this.hold();
    await ended;
    release();
    process.off('beforeExit', this.#beforeExit);
    this.#kernel.flush();
    this.#kernel.close();
    this.#programHold.end();
  }

  // The program is over but for idle actors: they end with it, gracefully.
  readonly #beforeExit = (): void => {
    void this.stop();
  };

  /** Undefined when it has ended meanwhile. */
  async #accountOf(host: RemoteHost, wait: Wait): Promise<HostAccount | undefined> {
    const request = ++this.#lastAccountRequest;
    const answered = new Promise<Account>((resolve) => { this.#accountRequests.set(request, resolve); });
    const late = (): Error => new AskTimeoutError(`host ${host.id}`, 'ask for the account of', wait.timeoutMs, { where: 'unknown' });
    host.order({ type: 'account', request });
    try {
      const account = await within(Promise.race([answered, host.ended.then(() => undefined)]), this.clock, wait, late);
      return account && { host: host.id, ...account };
    } finally {
      this.#accountRequests.delete(request);
    }
  }

  #remote(id: number): RemoteHost | undefined {
    const host = this.#hosts.get(id);
    return host instanceof RemoteHost ? host : undefined;
  }

  #launchHost(plan: HostPlan): RemoteHost {
    const id = this.#lastHost = numberAfter(this.#lastHost, plan.kind === 'thread');
    // What comes from it belongs to many actors, not to the one whose handler has asked for it.
    const host = this.#turns.outside(() => new RemoteHost(id, plan, this.#launch[plan.kind], {
      clock: this.#kernel.clock,
      rules: this.#rules,
      logLevel: this.logLevel,
      sendControl: (hostId, order) => this.#kernel.sendControl(hostId, order),
      receive: (from, frame, attachments) => this.#kernel.receive(frame, from.id, attachments),
      ended: (from, end, wasWanted) => this.#hostEnded(from, end, wasWanted),
    }));
    this.#hosts.set(id, host);
    return host;
  }

  /** A host speaks of itself, or of its actors. */
  #heard(from: number, request: Request): void {
    const host = this.#remote(from);
    if (host === undefined) return;
    switch (request.type) {
      case 'ready':
        host.becameReady();
        this.events.emit('host_started', { host: host.id, kind: host.kind });
        break;
      case 'busy':
        this.#setBusy(host, request.isBusy);
        break;
      case 'drained':
        host.drained();
        break;
      case 'ending':
        for (const set of this.#sets.values()) set.ending(host);
        break;
      case 'failing':
        host.failure = request.error;
        break;
      case 'account':
        this.#accountRequests.get(request.request)?.(request.account);
        break;
      default: this.#authority.receive(from, request);
    }
  }

  #setBusy(host: RemoteHost, isBusy: boolean): void {
    if (host.isBusy === isBusy) return;
    host.isBusy = isBusy;
    const { keepAlive } = this.#kernel;
    if (isBusy) keepAlive.hold();
    else keepAlive.release();
  }

  #hostEnded(host: RemoteHost, end: HostEnd, wasWanted: boolean): void {
    this.#setBusy(host, false);
    this.#hosts.delete(host.id);
    // First its set knows that nobody can live there, then its actors' parents are told, then another one is started.
    const follow = [...this.#sets.values()].map((set) => set.lost(host, hostDown(end)));
    this.#authority.hostEnded(host, end, wasWanted);
    for (const next of follow) next();
  }
}

const LAUNCHERS = { thread: launchThread, process: launchProcess };
const OPTIONS: ReadonlySet<string> = new Set(['messages', 'maxFrame', 'askStacks', 'log', 'logLevel', 'clock', 'random']);
/** What a process host's pipe takes. */
const MAX_FRAME = 2 ** 30;

function checkOptions(options: SystemOptions): SystemOptions {
  const {
    messages = 'checked', maxFrame = 1, askStacks = false, log = false, logLevel = 'info', clock = nodeClock, random = nodeRandom,
  } = checkFields(options, 'the options of createSystem()', OPTIONS);
  checkLiteral(messages, 'messages', ['checked', 'copied']);
  if (typeof askStacks !== 'boolean') throw invalidOption('askStacks', askStacks, 'true or false');
  if (toBytes(maxFrame as ByteSize, 'maxFrame') > MAX_FRAME) throw invalidOption('maxFrame', maxFrame, 'at most "1GB"');
  checkLogger(log as Logger | false);
  checkLogLevel(logLevel);
  for (const method of ['now', 'wallNow', 'after']) checkMethod(clock, method, 'clock');
  for (const method of ['next', 'id']) checkMethod(random, method, 'random');
  return options;
}

function checkMethod(port: unknown, method: string, what: string): void {
  if (typeof (port as Record<string, unknown> | undefined)?.[method] === 'function') return;
  throw invalidOption(what, port, `an object with the function ${method}`);
}

/**
 * A system of its own, apart from the default one.
 *
 * @throws {ActorError} `TROUPE_SPAWN_WHILE_LOADING`: in a host, where actors belong to the program's systems.
 */
export function createSystem(options: SystemOptions = {}): ActorSystem {
  if (thisHost() === undefined) return new ActorSystem(options);
  const text = 'Cannot create a system: this code runs in a host of another one; use ctx, or guard it with isMain';
  throw new ActorError('TROUPE_SPAWN_WHILE_LOADING', text);
}

const DEFAULT_SYSTEM = Symbol.for('troupe.system');

/** The system that the free functions act on, made on first use. */
export function defaultSystem(): ActorSystem {
  const global = globalThis as { [DEFAULT_SYSTEM]?: ActorSystem };
  return global[DEFAULT_SYSTEM] ??= createSystem();
}

/**
 * {@link ActorSystem.setLogLevel}, of the default system.
 *
 * @throws {TypeError} It is no level.
 * @throws {ActorError} `TROUPE_SPAWN_WHILE_LOADING`: in a host, where the level is the program's affair.
 * @example
 * setLogLevel('info');
 */
export function setLogLevel(level: LogThreshold): void {
  if (thisHost() === undefined) return defaultSystem().setLogLevel(level);
  throw new ActorError('TROUPE_SPAWN_WHILE_LOADING', 'Cannot set the level of the log: this code runs in a host; only the program does that');
}

/**
 * Starts threads or processes of the default system on which many actors may live: 100,000 light ones and more.
 *
 * @see HostSet
 * @throws {TypeError | RangeError} (as a rejection) An option isn't what it should be.
 * @throws {StartFailedError | StartTimeoutError} (as a rejection) A host or one of its modules can't be loaded, or is late.
 * @throws {ActorError} (as a rejection) `TROUPE_SPAWN_WHILE_LOADING`: in a host, where hosts are the program's affair.
 * @example
 * await using set = await hosts({ kind: 'thread', size: 2, modules: [import.meta.resolve('./counter.ts')] });
 * const counters = await Promise.all([1, 2, 3].map((start) => spawn(Counter, { input: { start }, host: set })));
 * const values = await Promise.all(counters.map((counter) => counter.ask.value()));
 */
export async function hosts(options: HostsOptions): Promise<HostSet> {
  if (thisHost() === undefined) return defaultSystem().hosts(options);
  throw new ActorError('TROUPE_SPAWN_WHILE_LOADING', 'Cannot start hosts: this code runs in a host itself; only the program has sets of them');
}

/**
 * Starts an actor in the default system; in a handler, as a child of the current actor.
 *
 * @see Spawn
 */
export const spawn: Spawn = ((definition: never, ...options: never[]) => {
  const current = threadCurrent().invocation;
  if (current !== undefined) return current.spawn(definition, ...options as [never]);
  const host = thisHost();
  // Outside of handlers a host has no actor that the new one could belong to; the kernel says what to do.
  if (host !== undefined) return host.kernel.spawnUnder(ROOT_SLOT)(definition, ...options as [never]);
  return defaultSystem().spawn(definition, ...options as [never]);
}) as Spawn;
