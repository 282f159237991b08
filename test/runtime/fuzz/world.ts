import { AsyncLocalStorage } from 'node:async_hooks';
import type { ActorDefinition } from '../../../index.ts';
import type { ActorSeed, Order, Request, StoredValue } from '../../../runtime/control.ts';
import type { Attachments } from '../../../runtime/wire/parcel.ts';
import type { Host, HostEnd } from '../../../runtime/hosts/host.ts';
import type { Turns } from '../../../core/clock.ts';
import { COPIED } from '../../../runtime/wire/parcel.ts';
import { actor } from '../../../index.ts';
import { Authority } from '../../../runtime/authority.ts';
import { Current } from '../../../core/current.ts';
import { crashText } from '../../../runtime/crash-text.ts';
import { Definition } from '../../../core/definition.ts';
import { Events } from '../../../runtime/events.ts';
import type { KernelPorts } from '../../../runtime/kernel-ports.ts';
import { Kernel } from '../../../runtime/kernel.ts';
import { LocalHost } from '../../../runtime/hosts/local-host.ts';
import { RemoteSlot } from '../../../runtime/slots/remote-slot.ts';
import { describeExit } from '../../../core/exit-reason.ts';
import { orderOf, requestOf } from '../../../runtime/protocol.ts';

/** Takes any arguments, and sends them back in each way. */
export const Echo: ActorDefinition<unknown, EchoHandlers, 'anywhere'> = actor(import.meta, {
  name: 'echo',
  init: (_input: unknown) => ({ calls: 0 }),
  handlers: {
    echo(ctx, ...values: unknown[]): unknown {
      ctx.state.calls++;
      return values;
    },
    async refuse(ctx, value: unknown): Promise<never> { throw ctx.refuse('no', 'no', value); },
    *items(_ctx, ...values: unknown[]): Generator { yield* values; },
  },
}) as never; // the handlers are typed loosely: any host may send them anything

interface EchoHandlers { echo(ctx: unknown, value: unknown): unknown }

export const SHAPE = Definition.of(Echo).shape;
const ECHO_ID = Definition.of(Echo).id;

/** The host that the frames come from, and the one that asks were sent to. */
export const PEER = 7;
const ASKED = 2;
/** The slots of the actors that the frames are for, and of one elsewhere. */
export const LOCAL_SLOTS = [10, 12] as const;
export const FAR_SLOT = 20;

/** One per thread, as in programs: before Node 24 a storage that was used once is never given up. */
const CURRENT = new Current(new AsyncLocalStorage());

/** Turns that come when they are told to. */
class ManualTurns implements Turns {
  #waiting: (() => void)[] = [];

  soon(run: () => void): void { this.#waiting.push(run); }
  now(run: () => void): void { run(); }
  later(run: () => void): void { this.#waiting.push(run); }
  outside<T>(run: () => T): T { return run(); }

  run(): void {
    for (let round = 0; round < 4 && this.#waiting.length > 0; round++) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const run of waiting) run();
    }
  }
}

/** No daemon, and nobody's child. */
const PLAIN = { saved: undefined, isDaemon: false, parent: undefined } as const;

function ports(turns: Turns, rest: Pick<KernelPorts, 'control' | 'toAuthority'>): KernelPorts {
  return {
    host: { kind: 'thread', pid: 1, threadId: 1 },
    clock: { now: () => 0, wallNow: () => 0, after: () => () => undefined },
    random: { next: () => 0.5, id: () => 'an id' },
    turns,
    current: CURRENT,
    transmit: () => undefined,
    hasRoomTo: () => true,
    load: () => Promise.resolve(),
    isLoading: () => false,
    keepAlive: () => undefined,
    ...rest,
  };
}

/** A kernel that tells what it has decoded. */
class WatchedKernel extends Kernel {
  constructor(hostId: number, kernelPorts: KernelPorts, heard: (value: unknown) => void) {
    super(hostId, kernelPorts);
    const decode = this.values.decode.bind(this.values);
    this.values.decode = (...args) => {
      const value = decode(...args);
      heard(value);
      return value;
    };
  }
}

/** A kernel that frames are sent to. */
export abstract class World {
  abstract readonly kernel: Kernel;
  abstract readonly hostId: number;
  /** The numbers of asks that are waiting for their replies. */
  asks: number[] = [];
  protected readonly turns = new ManualTurns();
  #lastAsk = 0;

  /** Takes a frame as the first one of a new link. */
  take(frame: Uint8Array, attachments?: Attachments): void {
    try {
      this.kernel.receive(frame, PEER, attachments);
      this.turns.run();
    } finally {
      this.kernel.obey({ type: 'host_gone', host: PEER, reason: { kind: 'killed' }, started: undefined });
    }
  }

  /** Asks and streams of its own, so that replies find somebody. */
  ask(): void {
    const slot = this.kernel.slotFor(FAR_SLOT, 'far', SHAPE) as RemoteSlot;
    slot.notice({ status: 'up', host: ASKED, incarnation: 1, isDaemon: false });
    slot.ask(0, [1], { timeoutMs: Infinity, idleMs: Infinity, signal: undefined, rejectWhenRestarting: false }).catch(() => undefined);
    slot.stream(2, [1], undefined).next().catch(() => undefined);
    this.asks = [...this.asks, ++this.#lastAsk, ++this.#lastAsk].slice(-8);
  }

  /** @throws It has come to harm. */
  abstract check(): Promise<void>;
}

/** The kernel of a thread or process. */
export class HostWorld extends World {
  readonly hostId = 5;
  readonly kernel: Kernel;

  private constructor(decoded: (value: unknown) => void) {
    super();
    this.kernel = new WatchedKernel(this.hostId, ports(this.turns, {
      toAuthority: () => undefined,
      control: (_from, message) => this.kernel.obey(orderOf(message)),
    }), decoded);
  }

  static async make(decoded: (value: unknown) => void): Promise<HostWorld> {
    const world = new HostWorld(decoded);
    for (const slot of LOCAL_SLOTS) {
      world.kernel.obey({ type: 'start', request: undefined, slot, path: `echo-${slot}`, incarnation: 1, seed: seedOf(world.kernel), isHeld: true, ...PLAIN });
    }
    await settled();
    world.turns.run();
    return world;
  }

  override async check(): Promise<void> {
    const slot = 99;
    this.kernel.obey({ type: 'start', request: undefined, slot, path: 'last', incarnation: 1, seed: seedOf(this.kernel), isHeld: false, ...PLAIN });
    await settled();
    const found = this.kernel.localSlots.get(slot);
    if (found?.cell?.status !== 'running') throw new Error('the host starts no actors any more');
    await answered(found.ask(0, ['still here'], undefined), () => this.turns.run());
  }
}

/** The main thread: a kernel, the authority, and a process that sends frames. */
export class MainWorld extends World {
  readonly hostId = 0;
  readonly kernel: Kernel;
  readonly #authority: Authority;
  readonly #hosts = new Map<number, Host>();

  private constructor(decoded: (value: unknown) => void) {
    super();
    const events = new Events((error) => { throw error; });
    for (const name of ['crashed', 'stopped', 'restarting', 'host_lost'] as const) events.on(name, ({ reason }) => void describeExit(reason));
    events.on('crash_report', (report) => void crashText(report));
    events.on('log', ({ actor: path, message }) => void `${path} ${message}`);
    this.kernel = new WatchedKernel(this.hostId, ports(this.turns, {
      toAuthority: (request) => this.#authority.receive(0, request),
      control: (from, message) => this.#authority.receive(from, requestOf(message)),
    }), decoded);
    const { clock, deadlines } = this.kernel;
    this.#authority = new Authority({
      clock,
      deadlines,
      events,
      launch: (kind) => this.#launch(100 + this.#hosts.size, kind),
      set: () => undefined,
      host: (id) => this.#hosts.get(id),
      refTo: (slot) => this.kernel.refAbout(slot),
      hosts: { [Symbol.iterator]: () => this.#hosts.values() },
    });
    this.#hosts.set(0, new LocalHost((order) => this.kernel.obey(order)));
    this.#launch(PEER, 'process');
  }

  static async make(decoded: (value: unknown) => void): Promise<MainWorld> {
    const world = new MainWorld(decoded);
    while (Math.max(0, ...world.kernel.localSlots.keys()) < LOCAL_SLOTS[1]) {
      await answered(world.kernel.spawnUnder(0)(Echo as never), () => world.turns.run());
    }
    return world;
  }

  override async check(): Promise<void> {
    await answered(this.kernel.spawnUnder(0)(Echo as never), () => this.turns.run());
    const last = this.kernel.localSlots.get(Math.max(...this.kernel.localSlots.keys()));
    if (last === undefined) throw new Error('the main thread has lost an actor');
    await answered(last.ask(0, ['still here'], undefined), () => this.turns.run());
  }

  /** Where a slot is, as the authority tells those who send to it. */
  statusOf(slot: number): Promise<string> {
    return new Promise((resolve) => {
      const order = (told: Order): void => { if (told.type === 'slot') resolve(told.notice.status); };
      const host = new LocalHost(order);
      this.#hosts.set(50, host);
      this.#authority.receive(50, { type: 'watch', slot });
    });
  }

  #launch(id: number, kind: 'thread' | 'process'): Host {
    let end: (end: HostEnd) => void = () => undefined;
    const host: Host = {
      id,
      kind,
      isReady: true,
      ready: Promise.resolve(),
      ended: new Promise((resolve) => { end = resolve; }),
      order: (order: Order) => this.kernel.sendControl(id, order),
      stop: () => host.terminate(),
      fail: () => host.terminate(),
      terminate: () => {
        if (!this.#hosts.delete(id)) return;
        void Promise.resolve().then(() => {
          this.#authority.hostEnded(host, { code: 1, signal: null }, false);
          end({ code: 1, signal: null });
        });
      },
    };
    this.#hosts.set(id, host);
    return host;
  }
}

export function seedOf(kernel: Kernel): ActorSeed {
  return { id: ECHO_ID, shape: SHAPE.data, input: storedOf(kernel) };
}

export function storedOf(kernel: Kernel): StoredValue {
  return { ...kernel.values.store({ n: 1 }, 'it', COPIED), shapes: [SHAPE.data] };
}

/** A kernel that only encodes, as any sender would. */
export function sender(): Kernel {
  const nothing = { toAuthority: (_request: Request) => undefined, control: () => undefined };
  return new Kernel(PEER, ports(new ManualTurns(), nothing));
}

function settled(): Promise<void> {
  return new Promise((resolve) => { setImmediate(resolve); });
}

async function answered(promise: Promise<unknown>, runTurns: () => void): Promise<unknown> {
  const late = Symbol('late');
  const turns = async (): Promise<unknown> => {
    for (let i = 0; i < 100; i++) {
      runTurns();
      await settled();
    }
    return late;
  };
  const outcome = await Promise.race([promise, turns()]);
  if (outcome === late) throw new Error('no answer');
  return outcome;
}
