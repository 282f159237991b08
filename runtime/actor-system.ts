import type { Account, HostAccount } from './account.ts';
import type { Clock, Random, Turns } from '../core/clock.ts';
import type { HostEnd } from './hosts/host.ts';
import type { HostPlan } from './hosts/remote-host.ts';
import type { HostSet, HostsOptions } from '../core/host-set.ts';
import type { LaunchHost } from './hosts/host-transport.ts';
import type { HostKind, Spawn } from '../core/spawn-options.ts';
import type { ByteSize } from '../core/byte-size.ts';
import type { KernelPorts, LocalMessages, MessageRules } from './kernel.ts';
import type { Request } from './control.ts';
import type { Wait } from '../core/within.ts';
import type { WaitOptions } from '../core/actor-ref.ts';
import { ActorError, AskTimeoutError, invalidOption } from '../core/errors.ts';
import { DEFAULT_TIMEOUT_MS } from '../core/actor-ref.ts';
import { checkFields, checkLiteral } from '../core/options.ts';
import { Authority } from './authority.ts';
import { Events } from './events.ts';
import { DEFAULT_RULES, Kernel } from './kernel.ts';
import { toBytes } from '../core/byte-size.ts';
import { MAIN_HOST, ROOT_SLOT, numberAfter } from './control.ts';
import { LocalHost } from './hosts/local-host.ts';
import { RemoteHost } from './hosts/remote-host.ts';
import { requestOf } from './protocol.ts';
import { ProgramHold, nodeClock, nodeRandom, nodeTurns, threadCurrent } from './node-ports.ts';
import { launchProcess } from './hosts/process-host.ts';
import { launchThread } from './hosts/thread-host.ts';
import { checkHostsOptions } from '../core/host-set.ts';
import { hostDown } from './hosts/host.ts';
import { SharedHosts, systemStopped } from './hosts/shared-hosts.ts';
import { thisHost } from './hosts/this-host.ts';
import { checkWait, within } from '../core/within.ts';

/** What a system goes by. */
export interface SystemOptions {
  /**
   * How messages pass between actors of one thread. `'checked'`: by reference, after a look that they are plain data.
   * `'copied'`: through the codec, as to any other host. Default `'checked'`.
   */
  messages?: LocalMessages;
  /**
   * The longest argument list, reply, item or input as bytes, to another host; up to `'1GB'`. Longer ones are refused at
   * the sender, with `FrameTooLargeError`. Buffers that `transfer()` moves between threads don't count. Default `'64MB'`.
   */
  maxFrame?: ByteSize;
  /** Where time comes from. Default: the real one. */
  clock?: Clock;
  /** Where chance comes from. Default: `Math.random`, and random UUIDs. */
  random?: Random;
}

/** What a system stands on beside its options; only tests give others. */
export interface SystemPorts extends Partial<Pick<KernelPorts, 'makeScheduler' | 'keepsSlots' | 'load' | 'keepAlive'>> {
  readonly turns?: Turns;
  readonly launch?: Readonly<Record<Exclude<HostKind, 'local'>, LaunchHost>>;
}

/**
 * Actors, the hosts they live in, and who is told of what. Two systems in one program never meet.
 *
 * Most programs need none of their own: the free functions `spawn` and `run` act on a default system.
 */
export class ActorSystem implements AsyncDisposable {
  /** Everything that happens here. */
  readonly events: Events;
  /** Starts an actor that has no parent. */
  readonly spawn: Spawn;
  readonly #kernel: Kernel;
  readonly #authority: Authority;
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
    const { messages = 'checked', maxFrame = DEFAULT_RULES.maxBytes, clock = nodeClock, random = nodeRandom } = checkOptions(options);
    this.#turns = turns;
    this.events = new Events((error) => turns.later(() => { throw error; }));
    this.#launch = launch;
    this.#rules = { local: messages, maxBytes: toBytes(maxFrame, 'maxFrame') };
    const current = threadCurrent();
    const kernel: Kernel = this.#kernel = new Kernel(MAIN_HOST, {
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
    this.#hosts.set(MAIN_HOST, new LocalHost((order) => kernel.obey(order)));
    this.#authority = new Authority({
      clock,
      deadlines: kernel.deadlines,
      events: this.events,
      launch: (kind, settings) => this.#launchHost({ kind, settings, modules: [] }),
      set: (id) => this.#sets.get(id),
      host: (id) => this.#hosts.get(id),
      hosts: { [Symbol.iterator]: () => this.#hosts.values() },
    });
    this.spawn = kernel.spawnUnder(ROOT_SLOT);
    process.on('beforeExit', this.#beforeExit);
  }

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
   * Stops all actors in the reverse order of their starts, each with its `stop`, then ends all threads and
   * processes. Later spawns are refused.
   */
  stop(): Promise<void> {
    return this.#stopped ??= this.#end(this.#stopAll());
  }

  /** Ends all actors, threads and processes at once. */
  async kill(): Promise<void> {
    this.#retireSets('killed');
    const killed = this.#authority.kill();
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
    const { keepAlive, scheduler } = this.#kernel;
    keepAlive.hold();
    scheduler.arm();
    return () => {
      keepAlive.release();
      scheduler.arm();
    };
  }

  /** The time that everything here goes by. */
  get clock(): Clock { return this.#kernel.clock; }

  #stopAll(): Promise<void> {
    this.#retireSets('shutdown');
    return this.#authority.stop();
  }

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
    const { keepAlive, scheduler } = this.#kernel;
    if (isBusy) keepAlive.hold();
    else keepAlive.release();
    scheduler.arm();
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
const OPTIONS: ReadonlySet<string> = new Set(['messages', 'maxFrame', 'clock', 'random']);
/** What a process host's pipe takes. */
const MAX_FRAME = 2 ** 30;

function checkOptions(options: SystemOptions): SystemOptions {
  const { messages = 'checked', maxFrame = 1, clock = nodeClock, random = nodeRandom } = checkFields(options, 'the options of createSystem()', OPTIONS);
  checkLiteral(messages, 'messages', ['checked', 'copied']);
  if (toBytes(maxFrame as ByteSize, 'maxFrame') > MAX_FRAME) throw invalidOption('maxFrame', maxFrame, 'at most "1GB"');
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
