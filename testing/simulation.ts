import type { ActorRef } from '../core/actor-ref.ts';
import type { HostTransport, LaunchHost } from '../runtime/hosts/host-transport.ts';
import type { Random } from '../core/clock.ts';
import type { LocalSlot } from '../runtime/slots/local-slot.ts';
import type { Step } from './world.ts';
import { ActorSystem } from '../runtime/actor-system.ts';
import { Kernel } from '../runtime/kernel.ts';
import { NotVirtualError } from '../core/errors.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedHost, loadIn } from './simulated-host.ts';
import { SimulatedScheduler } from './simulated-scheduler.ts';
import { VirtualTime } from './virtual-time.ts';
import { World } from './world.ts';
import { endWithSignal } from '../runtime/hosts/host.ts';
import { nodeTurns } from '../runtime/node-ports.ts';

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

/** A whole system with its hosts in one world: main's kernel and those of simulated hosts run in this thread, step by step. */
export class Simulation {
  readonly world: World;
  readonly system: ActorSystem;
  readonly #hosts: SimulatedHost[] = [];
  #main!: Kernel;

  constructor({ seed, maxDelayMs, wallStart, random: ownRandom = new SeededRandom(seed + 1) }: SimulationSettings) {
    const turns = nodeTurns();
    // What the actors draw must not change what happens next.
    const random = new SeededRandom(seed);
    const world = this.world = new World({ time: new VirtualTime(wallStart), random, later: (run) => turns.later(run) });
    const launch: LaunchHost = (boot, events): HostTransport => {
      const host = new SimulatedHost(world, { boot, events, random: ownRandom, maxDelayMs });
      this.#hosts.push(host);
      return host;
    };
    const options = { clock: new SimulatedClock(world, () => true), random: ownRandom, messages: 'copied', askStacks: true } as const;
    this.system = new ActorSystem(options, {
      turns: { ...turns, later: (run) => world.offer({ label: 'host 0', run }) },
      launch: { thread: launch, process: launch },
      makeScheduler: (kernel) => {
        this.#main = kernel;
        return new SimulatedScheduler(world, kernel, () => true);
      },
      followsAll: true,
      keepsSlots: true,
      load: (url) => loadIn(world, url),
      keepAlive: () => undefined,
    });
  }

  /** @throws {NotVirtualError} */
  async idle(): Promise<void> {
    await this.world.settle();
    this.#refuseStuck();
  }

  /** @throws {NotVirtualError} */
  async advance(ms: number): Promise<void> {
    await this.world.settle(this.world.time.now() + ms);
    this.#refuseStuck();
  }

  /** Lets time pass until `promise` settles. */
  async until<T>(promise: PromiseLike<T>): Promise<T> {
    const wait = { isOver: false };
    const over = (): void => { wait.isOver = true; };
    promise.then(over, over);
    const { world } = this;
    for (await world.settle(); !wait.isOver; await world.settle(world.time.nextAt)) {
      if (world.time.nextAt !== Infinity) continue;
      this.#refuseStuck();
      throw new Error('Cannot wait any longer: nothing can happen any more, however much time passes');
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
    if (typeof actor === 'string') return this.victims.find(({ path }) => path === actor);
    const id = this.#main.slotIdOf(actor);
    for (const { kernel, host } of this.#kernels()) {
      const slot = kernel.localSlots.get(id);
      if (slot?.cell !== undefined) return victim(host, slot);
    }
    return undefined;
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
        if (stuck !== undefined) throw new NotVirtualError(path, `${cell?.nameOf(stuck)} waits for something that the kit can't give it`);
      }
    }
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
