/** Per slot of a lost host, the last message from here that was begun there. A slot that isn't in it began none. */
export type StartedNumbers = ReadonlyMap<number, number>;

const HEAD_WORDS = 2;
const ENTRY_WORDS = 3;
const BYTES_PER_WORD = 4;
const FIRST_ENTRIES = 32;
const MAX_ENTRIES = 2 ** 18;

/**
 * How far the handlers of a thread have come, in memory that it shares with the main thread: what is in there
 * outlives it. Each message is noted before its handler begins, so whatever has a higher number provably did not run.
 *
 *     [entries used][whether some had no place]  { [sending host][slot, 0 when free][last number begun] }...
 */
export class StartedTable {
  readonly memory: SharedArrayBuffer;
  #words: Uint32Array;
  readonly #free: number[] = [];

  /** @param memory That of the thread which writes; without it, new and empty. */
  constructor(memory?: SharedArrayBuffer) {
    const bytesFor = (entries: number): number => (HEAD_WORDS + entries * ENTRY_WORDS) * BYTES_PER_WORD;
    this.memory = memory ?? new SharedArrayBuffer(bytesFor(FIRST_ENTRIES), { maxByteLength: bytesFor(MAX_ENTRIES) });
    this.#words = new Uint32Array(this.memory);
  }

  /** A place for what `host` sends to `slot`, all up to `seq` begun; undefined when there is none left. */
  open(host: number, slot: number, seq: number): number | undefined {
    const place = this.#free.pop() ?? this.#append();
    if (place === undefined) {
      Atomics.store(this.#words, 1, 1);
      return undefined;
    }
    Atomics.store(this.#words, place, host);
    Atomics.store(this.#words, place + 2, seq);
    // Last: an entry counts once it has a slot.
    Atomics.store(this.#words, place + 1, slot);
    return place;
  }

  note(place: number, seq: number): void {
    Atomics.store(this.#words, place + 2, seq);
  }

  close(place: number): void {
    Atomics.store(this.#words, place + 1, 0);
    this.#free.push(place);
  }

  /** What is proven about the messages of `host`, once the writing thread has ended; undefined when nothing is. */
  read(host: number): StartedNumbers | undefined {
    const words = new Uint32Array(this.memory);
    if (words[1] !== 0) return undefined;
    const numbers = new Map<number, number>();
    const end = HEAD_WORDS + (words[0] ?? 0) * ENTRY_WORDS;
    for (let at = HEAD_WORDS; at < end; at += ENTRY_WORDS) {
      const [sender = 0, slot = 0, seq = 0] = words.subarray(at, at + ENTRY_WORDS);
      if (sender === host && slot !== 0) numbers.set(slot, seq);
    }
    return numbers;
  }

  #append(): number | undefined {
    const used = this.#words[0] ?? 0;
    if (used === MAX_ENTRIES) return undefined;
    const place = HEAD_WORDS + used * ENTRY_WORDS;
    const bytes = (place + ENTRY_WORDS) * BYTES_PER_WORD;
    if (bytes > this.memory.byteLength) {
      this.memory.grow(Math.min(this.memory.maxByteLength, bytes * 2));
      this.#words = new Uint32Array(this.memory);
    }
    Atomics.store(this.#words, 0, used + 1);
    return place;
  }
}
