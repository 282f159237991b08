import type { PackedCounts } from './packed-counts.ts';

/** How far the work is. */
export interface Figures {
  /** Files, those that can't be read included; each walk counts anew. Only grows. */
  readonly tokenised: number;
  readonly bytes: number;
  /** Different files that the index has. None when it has died. */
  readonly indexed: number;
  /** Batches that the index has been sent, and has not acknowledged. */
  readonly sent: number;
}

/** What the death of an index has cost. */
export interface Loss {
  /** Files that were on their way to it, or in its hands. */
  readonly unacknowledged: number;
  /** Files that the next index is given again. */
  readonly replayed: number;
  /** Different files that it had. */
  readonly indexed: number;
}

/** Counts as they came, and never unpacked here. */
export interface Batch {
  readonly counted: PackedCounts;
  /** How many of its files have not come again since. */
  newest: number;
}

/**
 * Keeps each file's counts, and knows which of them the index has.
 *
 *     add -> waiting -> next -> sent -> taken
 *               ^                         |
 *               +--------- lost <---------+
 */
export class KeptCounts {
  readonly #batchOf = new Map<string, Batch>();
  /** Those with counts that are still the newest of their file; in the order in which they came. */
  readonly #kept = new Set<Batch>();
  #waiting: Batch[] = [];
  readonly #sent = new Set<Batch>();
  readonly #indexed = new Set<string>();
  #tokenised = 0;
  #bytes = 0;

  /** @param files How many were to be counted. */
  add(counted: PackedCounts, files: number): void {
    this.#tokenised += files;
    this.#bytes += sum(counted.bytes);
    const batch = { counted, newest: counted.files.length };
    for (const file of counted.files) {
      const before = this.#batchOf.get(file);
      if (before !== undefined && --before.newest === 0) this.#kept.delete(before);
      this.#batchOf.set(file, batch);
    }
    this.#kept.add(batch);
    this.#waiting.push(batch);
  }

  /** What to send to the index; older counts come before newer ones of the same file, also after a loss. */
  next(): Batch | undefined {
    const batch = this.#waiting.shift();
    if (batch !== undefined) this.#sent.add(batch);
    return batch;
  }

  /** The index has it. */
  taken(batch: Batch): void {
    this.#sent.delete(batch);
    for (const file of batch.counted.files) this.#indexed.add(file);
  }

  /** The index has died: the next one needs everything. */
  lost(): Loss {
    const loss = { unacknowledged: filesOf(this.#sent), replayed: filesOf(this.#kept), indexed: this.#indexed.size };
    this.#sent.clear();
    this.#indexed.clear();
    this.#waiting = [...this.#kept];
    return loss;
  }

  /** How many batches wait, and how many are sent and not taken. */
  get waiting(): number { return this.#waiting.length; }
  get sent(): number { return this.#sent.size; }

  get figures(): Figures {
    return { tokenised: this.#tokenised, bytes: this.#bytes, indexed: this.#indexed.size, sent: this.#sent.size };
  }
}

function filesOf(batches: Iterable<Batch>): number {
  return sum(Array.from(batches, ({ counted }) => counted.files.length));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
