/** How many are remembered. */
export const MAX_RECENT = 8;

/** A handler's number takes 8 bits, 0 for none: this one stands for all from it on. */
export const OTHER_HANDLER = 254;

/**
 * Which handlers the last eight messages before the current one were for: four to a number of 32 bits, so that noting one
 * costs a nanosecond, and an actor that never gets a message no memory.
 *
 *     older: [8][7][6][5]   newer: [4][3][2][1]   current
 */
export class RecentHandlers {
  #older = 0;
  #newer = 0;
  #current = 0;

  /** A message for `handler` begins. */
  note(handler: number): void {
    this.#older = this.#older << 8 | this.#newer >>> 24;
    this.#newer = this.#newer << 8 | this.#current;
    this.#current = codeOf(handler);
  }

  /** The last eight, the oldest first, but for one that was for `handled`: the last such. */
  beside(handled: number | undefined): number[] {
    const codes: number[] = [];
    for (const four of [this.#older, this.#newer]) for (const shift of [24, 16, 8, 0]) codes.push(four >>> shift & 0xff);
    codes.push(this.#current);
    const at = handled === undefined ? -1 : codes.lastIndexOf(codeOf(handled));
    if (at >= 0) codes.splice(at, 1);
    return codes.filter((code) => code !== 0).slice(-MAX_RECENT).map((code) => code - 1);
  }
}

function codeOf(handler: number): number {
  return Math.min(handler, OTHER_HANDLER) + 1;
}
