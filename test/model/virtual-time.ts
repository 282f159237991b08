interface Timer extends Soon {
  readonly at: number;
}

/** Takes back what it was returned for. */
export type Cancel = () => void;

/** What happens to whom. */
interface Soon {
  readonly about: string;
  readonly run: () => void;
}

/**
 * The model's time: stands still until it is advanced. What happens "soon" happens without time passing, one after the other;
 * which of several comes first is nobody's promise, and chosen from outside.
 */
export class VirtualTime {
  /** Which of so many comes first, from 0. */
  readonly choose: (count: number) => number;
  readonly #timers = new Set<Timer>();
  readonly #soon: Soon[] = [];
  #now = 0;

  constructor(choose: (count: number) => number) {
    this.choose = choose;
  }

  get now(): number { return this.#now; }

  /** @param about The path of whom it concerns. */
  soon(about: string, run: () => void): void {
    this.#soon.push({ about, run });
  }

  after(ms: number, about: string, run: () => void): Cancel {
    if (ms === Infinity) return () => {};
    let isOff = false;
    const timer = { at: this.#now + ms, about, run: () => { if (!isOff) run(); } };
    this.#timers.add(timer);
    return () => {
      isOff = true;
      this.#timers.delete(timer);
    };
  }

  /** Lets happen all that can without time passing. */
  settle(): void {
    while (this.#soon.length > 0) {
      const first = this.#soon.length > 1 ? this.#soon.splice(this.choose(this.#soon.length), 1)[0] : this.#soon.shift();
      first?.run();
    }
  }

  /** Lets `ms` pass: what is due comes in the order of its time, and what follows from it before what is due later. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let at = this.#nextAt; at <= until; at = this.#nextAt) {
      this.#now = at;
      for (const timer of this.#timers) if (timer.at === at && this.#timers.delete(timer)) this.#soon.push(timer);
      this.settle();
    }
    this.#now = until;
  }

  /** What is to come, as text. */
  get snapshot(): unknown {
    return Array.from(this.#timers, ({ at, about }) => `${at} ${about}`).toSorted();
  }

  get #nextAt(): number {
    let next = Infinity;
    for (const { at } of this.#timers) next = Math.min(next, at);
    return next;
  }
}
