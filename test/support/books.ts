import type { ActorSeed, Order, PlaceData, Request, StoredValue } from '../../runtime/control.ts';
import type { Host, HostEnd } from '../../runtime/hosts/host.ts';
import type { HostKind } from '../../index.ts';
import type { SharedHosts } from '../../runtime/hosts/shared-hosts.ts';
import { Authority } from '../../runtime/authority.ts';
import { Deadlines } from '../../core/deadlines.ts';
import { Events } from '../../runtime/events.ts';
import { MAIN_HOST, ROOT_SLOT } from '../../runtime/control.ts';
import { ManualClock } from '../../testing/index.ts';

/** A host that takes down what it is told, and does nothing. */
export class FakeHost implements Host {
  readonly id: number;
  readonly kind: HostKind;
  readonly isReady = true;
  readonly ready: Promise<void>;
  readonly ended = new Promise<HostEnd>(() => undefined);
  readonly orders: Order[] = [];
  /** What it was given up for. */
  failure: Error | undefined;
  becomeReady = (): void => undefined;

  constructor(id: number, kind: HostKind = 'thread') {
    this.id = id;
    this.kind = kind;
    this.ready = new Promise((resolve) => { this.becomeReady = resolve; });
  }

  order(order: Order): void { this.orders.push(order); }
  stop(): void {}
  terminate(): void {}
  fail(failure: Error): void { this.failure = failure; }

  /** What it was told last of this type. */
  last<T extends Order['type']>(type: T): Extract<Order, { type: T }> {
    const found = this.orders.findLast((order) => order.type === type);
    if (found === undefined) throw new Error(`was told no ${type}: ${this.orders.map((order) => order.type).join(', ')}`);
    return found as Extract<Order, { type: T }>;
  }
}

const SEED: ActorSeed = {
  id: undefined, shape: { title: 'a', handlers: [], highWater: 1 }, input: undefined,
};
interface Life { readonly slot: number; readonly incarnation: number }
const TOP: Life = { slot: ROOT_SLOT, incarnation: 0 };
/** The number of the set that there is. */
const SET = 1;
const ON_SET: PlaceData = { kind: 'thread', set: SET };

/** An authority whose kernels are played by the test: the main thread's, and that of one host of a set. */
export class Books {
  readonly clock = new ManualClock();
  readonly events = new Events((error) => { throw error; });
  readonly main = new FakeHost(MAIN_HOST, 'local');
  readonly shared = new FakeHost(2);
  readonly authority: Authority;
  readonly #set = new OneHost(this.shared);
  #lastRequest = 0;

  constructor() {
    const hosts = new Map<number, Host>([this.main, this.shared].map((host) => [host.id, host]));
    this.authority = new Authority({
      clock: this.clock,
      deadlines: new Deadlines(this.clock),
      events: this.events,
      launch: () => { throw new Error('starts no hosts'); },
      refTo: () => { throw new Error('makes no refs'); },
      set: () => this.#set as Pick<SharedHosts, 'place' | 'takes' | 'release'> as SharedHosts,
      host: (id) => hosts.get(id),
      hosts: { [Symbol.iterator]: () => hosts.values() },
    });
  }

  /** From now on the set places nobody on its host: who comes waits for another one. */
  endHost(): void { this.#set.isEnding = true; }

  says(host: Host, request: Request): void {
    this.authority.receive(host.id, request);
  }

  /** Has an actor started on the host of the set, as a child of `parent`. Returns the order that it was given. */
  spawn({ parent = TOP, by = this.main, place = ON_SET, timeoutMs = 100, isHeld = false, saved = undefined as StoredValue | undefined } = {}): Extract<Order, { type: 'start' }> {
    const supervision = isHeld ? { restart: 'permanent', shutdownMs: 5_000 } as const : undefined;
    const above = { parent: parent.slot, parentIncarnation: parent.incarnation };
    this.says(by, { type: 'spawn', request: ++this.#lastRequest, ...above, key: undefined, name: undefined, seed: SEED, saved, place, timeoutMs, supervision, isDaemon: false });
    return ('set' in place ? this.shared : by).last('start');
  }

  restart(slot: number): Extract<Order, { type: 'start' }> {
    this.says(this.main, { type: 'restart', request: ++this.#lastRequest, slot });
    return this.shared.last('start');
  }

  started({ slot, incarnation }: Life, by = this.shared): void {
    this.says(by, { type: 'started', slot, incarnation });
  }

  ended({ slot, incarnation }: Life, wasStarting = false, by = this.shared): void {
    this.says(by, { type: 'ended', slot, incarnation, reason: { kind: 'killed' }, wasStarting });
  }
}

/** A set of one host. */
class OneHost {
  isEnding = false;
  readonly #host: Host;

  constructor(host: Host) { this.#host = host; }

  place(placed: (host: Host) => void): () => void {
    if (!this.isEnding) placed(this.#host);
    return () => undefined;
  }

  takes(): boolean { return !this.isEnding; }
  release(): void {}
}
