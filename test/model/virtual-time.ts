import { parentOf } from './plan.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
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
  readonly #choose: (count: number) => number;
  readonly #timers = new Set<Timer>();
  readonly #soon: Soon[] = [];
  #now = 0;

  /** @param choose Which of so many comes first, from 0. */
  constructor(choose: (count: number) => number) {
    this.#choose = choose;
  }

  get now(): number { return this.#now; }

  /** @param about The path of whom it concerns. */
  soon(about: string, run: () => void): void {
    this.#soon.push({ about, run });
  }

  after(ms: number, run: () => void): Cancel {
    if (ms === Infinity) return () => {};
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => { this.#timers.delete(timer); };
  }

  /** Lets happen all that can without time passing. */
  settle(): void {
    for (let next = this.#soon[0]; next !== undefined; next = this.#soon[0]) {
      const { about } = next;
      const rivals = this.#soon.filter((each) => areRelated(about, each.about));
      const first = rivals[rivals.length > 1 ? this.#choose(rivals.length) : 0] ?? next;
      this.#soon.splice(this.#soon.indexOf(first), 1);
      first.run();
    }
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

/** Whether their supervisors are the same, or one above the other: others don't notice each other. */
function areRelated(a: string, b: string): boolean {
  const [one, other] = [`${parentOf(a)}/`, `${parentOf(b)}/`];
  return one.startsWith(other) || other.startsWith(one);
}
