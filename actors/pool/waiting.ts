import type { Assignment } from './assignment.ts';
import { Fifo } from '../../core/fifo.ts';

/** What no worker has: first what a lost one has given back, then what has come since, each in order. */
export class Waiting {
  readonly #returned = new Fifo<Assignment>();
  readonly #inLine = new Fifo<Assignment>();
  #size = 0;

  get size(): number { return this.#size; }

  add(assignment: Assignment): void {
    this.#put(this.#inLine, assignment);
  }

  giveBack(assignment: Assignment): void {
    this.#put(this.#returned, assignment);
  }

  /** The next one, which stays. */
  peek(): Assignment | undefined {
    return peek(this.#returned) ?? peek(this.#inLine);
  }

  /** The next one, for a worker. */
  take(): Assignment | undefined {
    const next = this.peek();
    if (next !== undefined) this.remove(next);
    return next;
  }

  /** Whether it was waiting: it isn't any more. */
  remove(assignment: Assignment): boolean {
    if (!assignment.isWaiting) return false;
    assignment.isWaiting = false;
    this.#size--;
    return true;
  }

  /** Takes all. */
  clear(): readonly Assignment[] {
    const all: Assignment[] = [];
    for (let next = this.take(); next !== undefined; next = this.take()) all.push(next);
    return all;
  }

  #put(line: Fifo<Assignment>, assignment: Assignment): void {
    assignment.isWaiting = true;
    this.#size++;
    line.push(assignment);
  }
}

/** One that was removed leaves its line when it is its turn: looking for it before would cost more. */
function peek(line: Fifo<Assignment>): Assignment | undefined {
  while (line.peek()?.isWaiting === false) line.shift();
  return line.peek();
}
