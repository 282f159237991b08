import type { Kernel } from '../runtime/kernel.ts';
import type { Runnable, Schedule } from '../runtime/scheduler.ts';
import type { World } from './world.ts';

/** Whose turn it is, by chance: each turn is one message of one actor, and a step of the world. */
export class SimulatedScheduler implements Schedule {
  readonly #world: World;
  readonly #kernel: Kernel;
  readonly #isAlive: () => boolean;
  #isArmed = false;
  #isInTurn = false;
  #turnStartedAt: number;

  constructor(world: World, kernel: Kernel, isAlive: () => boolean) {
    this.#world = world;
    this.#kernel = kernel;
    this.#isAlive = isAlive;
    this.#turnStartedAt = world.time.now();
  }

  get turnStartedAt(): number { return this.#turnStartedAt; }

  schedule(runnable: Runnable): void {
    if (runnable.isScheduled) return;
    runnable.isScheduled = true;
    const run = (): void => this.runInput(() => {
      runnable.isScheduled = false;
      if (runnable.runSlice(1)) this.schedule(runnable);
    });
    this.#world.offer({ label: `host ${this.#kernel.hostId}: ${runnable.path}`, run });
  }

  arm(): void {
    if (this.#isArmed || this.#isInTurn) return;
    this.#isArmed = true;
    const run = (): void => {
      this.#isArmed = false;
      this.runInput(() => undefined);
    };
    this.#world.offer({ label: `host ${this.#kernel.hostId}`, run });
  }

  runInput(body: () => void): void {
    if (!this.#isAlive()) return;
    this.#isInTurn = true;
    this.#turnStartedAt = this.#world.time.now();
    try {
      body();
      this.#kernel.flush();
    } finally {
      this.#isInTurn = false;
    }
  }
}
