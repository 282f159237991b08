import type { Step, World } from './world.ts';

/** One frame, from its sending to its step. */
interface Flight {
  readonly step: Step;
  isOver: boolean;
}

/** What is under way from one host to another: each arrives in a step of its own, in order, perhaps after a while. */
export class Wire {
  readonly #world: World;
  readonly #maxDelayMs: number;
  #flights: Flight[] = [];
  /** When the last one arrives. */
  #lastAt = 0;
  #isOpen = false;
  /** Whether the arrival of the first one is a step that can happen. */
  #isOffered = false;

  /** @param maxDelayMs How long each may take at most; how long it does, chance says. */
  constructor(world: World, maxDelayMs: number) {
    this.#world = world;
    this.#maxDelayMs = maxDelayMs;
  }

  send(step: Step): void {
    const flight = { step, isOver: this.#maxDelayMs === 0 };
    this.#flights.push(flight);
    if (flight.isOver) {
      this.#offerFirst();
      return;
    }
    const now = this.#world.time.now();
    this.#lastAt = Math.max(this.#lastAt, now + Math.ceil(this.#world.random.next() * this.#maxDelayMs));
    this.#world.fly(this.#lastAt - now, () => {
      flight.isOver = true;
      this.#offerFirst();
    });
  }

  /** There is somebody who takes what comes. */
  open(): void {
    this.#isOpen = true;
    this.#offerFirst();
  }

  /** Some of the last ones are lost, or none, or all: chance says. */
  cut(): void {
    this.#flights.length = this.#world.random.below(this.#flights.length + 1);
  }

  /** All are lost, and all to come. */
  close(): void {
    this.#isOpen = false;
    this.#flights = [];
  }

  #offerFirst(): void {
    const first = this.#flights[0];
    if (first?.isOver !== true || !this.#isOpen || this.#isOffered) return;
    this.#isOffered = true;
    this.#world.offer({ label: first.step.label, run: () => this.#arrive(first) });
  }

  #arrive(flight: Flight): void {
    this.#isOffered = false;
    // It may have been lost meanwhile.
    if (this.#flights[0] === flight) {
      this.#flights.shift();
      flight.step.run();
    }
    this.#offerFirst();
  }
}
