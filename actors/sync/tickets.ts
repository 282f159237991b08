/** How many a handle is given at once. */
export const TICKETS = 2 ** 16;

/** Each life of an actor gives numbers of its own. */
export function firstNumber(incarnation: number): number {
  return incarnation * 2 ** 40;
}

/** The tickets of one handle: nobody else's at its actor. */
export class Tickets {
  #next = 0;
  #end = 0;

  /** @param more Asks for the first one of so many more. */
  async take(more: () => Promise<number>): Promise<number> {
    if (this.#next === this.#end) {
      this.#next = await more();
      this.#end = this.#next + TICKETS;
    }
    return this.#next++;
  }
}
