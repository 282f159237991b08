import type { ActorRef } from '../core/actor-ref.ts';
import type { HostTransport, LaunchHost } from '../runtime/hosts/host-transport.ts';
import type { Random } from '../core/clock.ts';
import type { LocalSlot } from '../runtime/slots/local-slot.ts';
import type { Step } from './world.ts';
import { ActorSystem } from '../runtime/actor-system.ts';
import { Invariants } from './invariants/invariants.ts';
import { Kernel } from '../runtime/kernel.ts';
import { MAIN_HOST } from '../runtime/control.ts';
import { NotVirtualError } from '../core/errors.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedHost, loadIn } from './simulated-host.ts';
import { SimulatedScheduler } from './simulated-scheduler.ts';
import { VirtualTime } from './virtual-time.ts';
import { World } from './world.ts';
import { addSeed } from './add-seed.ts';
import { endWithSignal } from '../runtime/hosts/host.ts';
import { nodeTurns, threadCurrent } from '../runtime/node-ports.ts';

/** What a simulation goes by, checked. */
export interface SimulationSettings {
  readonly seed: number;
  readonly maxDelayMs: number;
  readonly wallStart: number;
  /** Where the actors' chance comes from. Default: the seed. */
  readonly random?: Random;
}

/** An actor that runs, and what can be done to it. */
export interface Victim {
  readonly path: string;
  /** @param error What it crashes with; without one, something that says so. */
  crash(error?: Error): Step;
  /** Undefined in the main thread, which can't be lost. */
  loseHost(): Step | undefined;
}

/** How many lines of the trace are told of a broken promise. */
const LAST_STEPS = 12;

/** A whole system with its hosts in one world: main's kernel and those of simulated hosts run in this thread, step by step. */
export class Simulation {
  readonly world: World;
  readonly system: ActorSystem;
  readonly #hosts: SimulatedHost[] = [];
  readonly #invariants: Invariants;
  readonly #seed: number;
  /** The step before which the one fault has happened that was planned; errors say it. */
  faultedAt: number | undefined;
  #main!: Kernel;

  constructor({ seed, maxDelayMs, wallStart, random: ownRandom = new SeededRandom(seed + 1) }: SimulationSettings) {
    this.#seed = seed;
    const turns = nodeTurns();
    // What the actors draw must not change what happens next.
    const random = new SeededRandom(seed);
    const world = this.world = new World({ time: new VirtualTime(wallStart), random, later: (run) => turns.later(run) });
    const invariants = this.#invariants = this.#watch();
    const launch: LaunchHost = (boot, events): HostTransport => {
      const ended = (): void => invariants.hostEnded(boot.hostId);
      const host = new SimulatedHost(world, { boot, events, random: ownRandom, maxDelayMs, observer: invariants.observerOf(boot.hostId), ended });
      this.#hosts.push(host);
      return host;
    };
    const options = { clock: new SimulatedClock(world, () => true), random: ownRandom, messages: 'copied', askStacks: true, log: false, logLevel: 'debug' } as const;
    this.system = new ActorSystem(options, {
      turns: { ...turns, later: (run) => world.offer({ label: 'host 0', run }) },
      launch: { thread: launch, process: launch },
      makeScheduler: (kernel) => {
        this.#main = kernel;
        return new SimulatedScheduler(world, kernel, () => true);
      },
      host: { kind: 'local', pid: 0, threadId: 0 },
      observer: invariants.observerOf(MAIN_HOST),
      followsAll: true,
      keepsSlots: true,
      load: (url) => loadIn(world, url),
      keepAlive: () => undefined,
    });
    invariants.listenTo(this.system.events);
  }

  /** The asks of the main thread that aren't settled. */
  get openAsks(): readonly string[] { return this.#invariants.openAsks; }

  /** Stops the system, letting as much time pass as that takes. @throws {Error} A promise of every run was broken, up to its very end. */
  async end(): Promise<void> {
    await this.until(this.system.stop());
    this.#invariants.atEnd();
    await this.#settle();
  }

  /** @throws {NotVirtualError} */
  async idle(): Promise<void> {
    await this.#settle();
    this.#refuseStuck();
  }

  /** @throws {NotVirtualError} */
  async advance(ms: number): Promise<void> {
    await this.#settle(this.world.time.now() + ms);
    this.#refuseStuck();
  }

  /** Lets time pass until `promise` settles. */
  async until<T>(promise: PromiseLike<T>): Promise<T> {
    const wait = { isOver: false };
    const over = (): void => { wait.isOver = true; };
    promise.then(over, over);
    const { world } = this;
    for (await this.#settle(); !wait.isOver; await this.#settle(world.time.nextAt)) {
      if (world.time.nextAt !== Infinity) continue;
      this.#refuseStuck();
      throw this.#withSeed(new Error('Cannot wait any longer: nothing can happen any more, however much time passes'));
    }
    return promise;
  }

  /** The actors that run now, in the order of hosts and starts. */
  get victims(): readonly Victim[] {
    return this.#kernels().flatMap(({ kernel, host }) => {
      const running = [...kernel.localSlots.values()].filter(({ cell }) => cell?.status === 'running');
      return running.map((slot) => victim(host, slot));
    });
  }

  /** The actor with this ref, or path, if it lives. */
  find(actor: ActorRef<object> | string): Victim | undefined {
    const found = this.#living(actor);
    return found && victim(found.host, found.slot);
  }

  /** The main thread's ref to the actor with this path, if it lives. */
  refOf(path: string): ActorRef<object> | undefined {
    const slot = this.#living(path)?.slot;
    return slot && this.#main.refAbout({ slot: slot.id, path, shape: slot.shape });
  }

  #living(actor: ActorRef<object> | string): { readonly slot: LocalSlot; readonly host: SimulatedHost | undefined } | undefined {
    const id = typeof actor === 'string' ? undefined : this.#main.slotIdOf(actor);
    for (const { kernel, host } of this.#kernels()) {
      for (const slot of kernel.localSlots.values()) {
        if (slot.cell !== undefined && (slot.id === id || slot.path === actor)) return { slot, host };
      }
    }
    return undefined;
  }

  /** What is promised of every run fails the world when it is broken. */
  #watch(): Invariants {
    const { world } = this;
    const invariants = new Invariants({
      now: () => world.time.now(),
      step: () => world.steps,
      sender: () => threadCurrent().invocation?.slotId,
      stateOf: (host, slot) => this.#kernels().find(({ kernel: { hostId } }) => hostId === host)?.kernel.localSlots.get(slot)?.cell?.state,
      broken: (promise, actor, how) => {
        const last = world.trace.slice(-LAST_STEPS).map((line) => `  ${line}`);
        world.fail(new Error([`"${actor}" has broken the promise of ${promise}: ${how}`, 'the last steps:', ...last].join('\n')));
      },
    });
    world.rest = () => invariants.atRest(this.#kernels().map(({ kernel }) => [kernel.hostId, kernel.account]));
    return invariants;
  }

  #kernels(): readonly { readonly kernel: Kernel; readonly host: SimulatedHost | undefined }[] {
    const hosted = this.#hosts.flatMap((host) => host.kernel === undefined ? [] : [{ kernel: host.kernel, host }]);
    return [{ kernel: this.#main, host: undefined }, ...hosted];
  }

  /** @throws {NotVirtualError} Some handler waits, and nothing here will ever end that. */
  #refuseStuck(): void {
    for (const { kernel } of this.#kernels()) {
      for (const { cell, path } of kernel.localSlots.values()) {
        const stuck = cell?.busy.find(({ waitsForNothing }) => waitsForNothing);
        if (stuck === undefined) continue;
        throw this.#withSeed(new NotVirtualError(path, `${cell?.nameOf(stuck)} waits for something that the kit can't give it`));
      }
    }
  }

  /** Whatever has gone wrong says with which seed. */
  async #settle(until?: number): Promise<void> {
    await this.world.settle(until).catch((error: unknown) => { throw this.#withSeed(error); });
  }

  #withSeed(error: unknown): unknown {
    return addSeed(error, { seed: this.#seed, faultStep: this.faultedAt, lines: this.world.trace.length });
  }
}

function victim(host: SimulatedHost | undefined, slot: LocalSlot): Victim {
  const { path } = slot;
  return {
    path,
    crash: (error = new Error('a crash injected by the test')) => ({ label: `crash of ${path}`, run: () => { slot.cell?.crashFromOutside(error, undefined); } }),
    loseHost: () => host && { label: `loss of host ${host.id}`, run: () => host.end(endWithSignal('SIGKILL')) },
  };
}
