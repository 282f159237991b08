/**
 * Counts what must not be cut off by the end of the program: pending asks, undelivered messages, running
 * handlers. Turns that are over before anybody looks cost two additions.
 */
export class KeepAlive {
  #holds = 0;
  #wasHeld = false;
  readonly #changed: (isHeld: boolean) => void;

  /** @param changed Told at `update` when holding began or ended since the last one. */
  constructor(changed: (isHeld: boolean) => void) {
    this.#changed = changed;
  }

  hold(): void { this.#holds++; }

  release(): void { this.#holds--; }

  update(): void {
    const isHeld = this.#holds > 0;
    if (isHeld === this.#wasHeld) return;
    this.#wasHeld = isHeld;
    this.#changed(isHeld);
  }
}
