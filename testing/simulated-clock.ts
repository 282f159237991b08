import type { Cancel, Clock } from '../core/clock.ts';
import type { World } from './world.ts';
import { NotVirtualError } from '../core/errors.ts';

/** A world's time as one host sees it: its timers end with it. */
export class SimulatedClock implements Clock {
  readonly world: World;
  readonly #isAlive: () => boolean;

  constructor(world: World, isAlive: () => boolean) {
    this.world = world;
    this.#isAlive = isAlive;
  }

  now(): number { return this.world.time.now(); }

  wallNow(): number { return this.world.time.wallNow(); }

  /**
   * A handler has used something that can't be replayed.
   *
   * @throws {NotVirtualError} Always; whoever waits for the world is told as well.
   */
  refuse(actor: string, what: string, instead: string): never {
    const error = new NotVirtualError(actor, `it called ${what}, which can't be replayed; use ${instead}`);
    this.world.fail(error);
    throw error;
  }

  after(ms: number, run: () => void): Cancel {
    return this.world.time.after(ms, () => { if (this.#isAlive()) run(); });
  }
}
