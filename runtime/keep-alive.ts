/**
 * Counts what must not be cut off by the end of the program: pending asks, undelivered messages, running
 * handlers. Turns that are over before anybody looks cost two additions.
 */
export class KeepAlive {
  #holds = 0;
  #wasHeld = false;
  readonly #counted: () => void;
  readonly #changed: (isHeld: boolean) => void;

  /**
   * @param counted Sees to it that an `update` follows.
   * @param changed Told at `update` when holding began or ended since the last one.
   */
  constructor(counted: () => void, changed: (isHeld: boolean) => void) {
    this.#counted = counted;
    this.#changed = changed;
  }

  hold(): void {
    this.#holds++;
    this.#counted();
  }

  release(): void {
    this.#holds--;
    this.#counted();
  }

  update(): void {
    const isHeld = this.#holds > 0;
    if (isHeld === this.#wasHeld) return;
    this.#wasHeld = isHeld;
    this.#changed(isHeld);
  }
}
