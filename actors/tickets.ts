/** How many a handle is given at once. */
export const TICKETS = 2 ** 16;

/** Each life of an actor gives numbers of its own: what is known from one is never mistaken for another's. */
export function firstNumber(incarnation: number): number {
  return incarnation * 2 ** 40;
}

/** The tickets of one handle: nobody else's at its actor. */
export class Tickets {
  #next = 0;
  #end = 0;

  /**
   * The first of `count` that follow each other, at most `TICKETS`.
   *
   * @param more Asks for the first one of so many more.
   */
  async take(more: () => Promise<number>, count = 1): Promise<number> {
    if (this.#next + count > this.#end) {
      this.#next = await more();
      this.#end = this.#next + TICKETS;
    }
    const first = this.#next;
    this.#next += count;
    return first;
  }
}
