interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Takes back what it was returned for. */
export type Cancel = () => void;

/** The model's time: stands still until it is advanced. What happens "soon" happens in order, without time passing. */
export class VirtualTime {
  readonly #timers = new Set<Timer>();
  readonly #soon: (() => void)[] = [];
  #now = 0;

  get now(): number { return this.#now; }

  soon(run: () => void): void {
    this.#soon.push(run);
  }

  after(ms: number, run: () => void): Cancel {
    if (ms === Infinity) return () => {};
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => { this.#timers.delete(timer); };
  }

  /** Lets happen all that can without time passing. */
  settle(): void {
    for (let next = this.#soon.shift(); next !== undefined; next = this.#soon.shift()) next();
  }

  /** Lets `ms` pass: what is due comes in the order of its time, and what follows from it before what is due later. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let at = this.#nextAt; at <= until; at = this.#nextAt) {
      this.#now = at;
      for (const timer of this.#timers) if (timer.at === at && this.#timers.delete(timer)) timer.run();
      this.settle();
    }
    this.#now = until;
  }

  get #nextAt(): number {
    let next = Infinity;
    for (const { at } of this.#timers) next = Math.min(next, at);
    return next;
  }
}
