import type { Step, World } from './world.ts';

/** What is under way from one host to another: each arrives in a step of its own, in order, perhaps after a while. */
export class Wire {
  readonly #world: World;
  readonly #maxDelayMs: number;
  #underWay: Step[] = [];
  #isOpen = false;
  #isArriving = false;

  /** @param maxDelayMs How long each may take at most; how long it does, chance says. */
  constructor(world: World, maxDelayMs: number) {
    this.#world = world;
    this.#maxDelayMs = maxDelayMs;
  }

  send(step: Step): void {
    this.#underWay.push(step);
    this.#arriveNext();
  }

  /** There is somebody who takes what comes. */
  open(): void {
    this.#isOpen = true;
    this.#arriveNext();
  }

  /** Some of the last ones are lost, or none, or all: chance says. */
  cut(): void {
    this.#underWay.length = this.#world.random.below(this.#underWay.length + 1);
  }

  /** All are lost, and all to come. */
  close(): void {
    this.#isOpen = false;
    this.#underWay = [];
  }

  #arriveNext(): void {
    const next = this.#underWay[0];
    if (next === undefined || !this.#isOpen || this.#isArriving) return;
    this.#isArriving = true;
    const arrive = (): void => this.#world.offer({ label: next.label, run: () => this.#arrived(next) });
    if (this.#maxDelayMs === 0) arrive();
    else this.#world.fly(Math.ceil(this.#world.random.next() * this.#maxDelayMs), arrive);
  }

  #arrived(step: Step): void {
    this.#isArriving = false;
    // It may have been lost meanwhile.
    if (this.#underWay[0] === step) {
      this.#underWay.shift();
      step.run();
    }
    this.#arriveNext();
  }
}
