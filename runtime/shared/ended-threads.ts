const FIRST_BYTES = 1_024;
const MAX_BYTES = 2 ** 24;

/** Which threads of this process have ended, by Node's number of them: in memory that all share, as none tells its own end. */
export class EndedThreads {
  readonly memory: SharedArrayBuffer;

  /** @param memory That of the main thread; without it, new and empty. */
  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(FIRST_BYTES, { maxByteLength: MAX_BYTES });
  }

  /** Its numbers are never used again. */
  add(threadId: number): void {
    if (threadId >= MAX_BYTES) return;
    if (threadId >= this.memory.byteLength) this.memory.grow(Math.min(MAX_BYTES, (threadId + 1) * 2));
    Atomics.store(new Uint8Array(this.memory), threadId, 1);
  }

  has(threadId: number): boolean {
    return threadId >= 0 && threadId < this.memory.byteLength && Atomics.load(new Uint8Array(this.memory), threadId) === 1;
  }
}

const ENDED = Symbol.for('troupe.ended-threads');

/** Those of this process. */
export function endedThreads(): EndedThreads {
  const global = globalThis as { [ENDED]?: EndedThreads };
  return global[ENDED] ??= new EndedThreads();
}

/** What the main thread keeps for all. */
export function useEndedThreads(memory: SharedArrayBuffer): void {
  (globalThis as { [ENDED]?: EndedThreads })[ENDED] = new EndedThreads(memory);
}
