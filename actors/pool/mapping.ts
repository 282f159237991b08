import type { Call } from './call.ts';
import type { Chunks } from '../chunks.ts';
import type { Failure } from './pool-handlers.ts';
import type { MapLimits } from './limits.ts';
import type { Progress } from './progress.ts';

/** A chunk that is done. */
export interface Settled {
  /** The place of its first item. */
  readonly first: number;
  readonly results: readonly unknown[];
  readonly failures: readonly Failure[];
}

/** How a mapping takes its chunks. */
export interface MappingPlan {
  readonly window: number;
  /** Whether they are given in the order of the input, else as they are done. */
  readonly isOrdered: boolean;
}

/** Items on their way through a pool: chunk after chunk is pulled, as far as the window allows, and given when it is done. */
export class Mapping {
  readonly #call: Call;
  readonly #chunks: Chunks;
  readonly #plan: MappingPlan;
  readonly #onResult: MapLimits['onResult'];
  readonly #progress: Progress | undefined;
  /** Those that are done, by number; the next one is waited for where order counts. */
  readonly #done = new Map<number, Settled>();
  #next = 0;
  #pulled = 0;
  #items = 0;
  #isPulling = false;
  #inHand = 0;
  #hasEnded = false;
  /** What the input has thrown. */
  #inputError: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(call: Call, chunks: Chunks, plan: MappingPlan, onResult: MapLimits['onResult'], progress: Progress | undefined) {
    this.#call = call;
    this.#chunks = chunks;
    this.#plan = plan;
    this.#onResult = onResult;
    this.#progress = progress;
  }

  /** The next chunk that is done; undefined at the end. Rejects when all of it has failed, or the input has. */
  async next(): Promise<Settled | undefined> {
    for (;;) {
      if (this.#call.isOver) throw this.#call.error;
      void this.#pull();
      const settled = this.#take();
      if (settled !== undefined) return settled;
      if (this.#inHand === 0 && !this.#isPulling && this.#hasEnded) return this.#over();
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
  }

  /** No more is wanted: what is being done is cancelled, and the input closed. */
  stop(reason?: unknown): void {
    this.#hasEnded = true;
    this.#call.end(reason);
    this.#progress?.end();
    // Nobody waits for it, nor for what it throws.
    this.#chunks.close().catch(() => undefined);
  }

  /** Perhaps nobody asks for more: it is only for itself that it goes on. */
  release(): void {
    this.#call.release();
  }

  async #pull(): Promise<void> {
    if (this.#isPulling) return;
    this.#isPulling = true;
    try {
      while (!this.#hasEnded && this.#inHand + this.#done.size < this.#plan.window) {
        const items = await this.#chunks.next();
        if (items.length === 0) this.#hasEnded = true;
        else if (!this.#call.isOver) this.#perform(items);
      }
    } catch (error) {
      this.#hasEnded = true;
      this.#inputError = { error };
    }
    this.#isPulling = false;
    this.awake();
  }

  #perform(items: readonly unknown[]): void {
    const number = this.#pulled++;
    const first = this.#items;
    this.#items += items.length;
    this.#inHand++;
    this.#call.perform(items).then((done) => this.#settled(number, { first, ...done }), (error: unknown) => this.#call.end(error));
  }

  #settled(number: number, settled: Settled): void {
    this.#inHand--;
    if (this.#call.isOver) return;
    this.#done.set(number, settled);
    this.#progress?.add(settled.results.length);
    try {
      this.#tell(settled);
    } catch (error) {
      this.#call.end(error);
    }
    this.awake();
  }

  #tell({ first, results, failures }: Settled): void {
    if (this.#onResult === undefined) return;
    const failed = new Set(failures.map(({ index }) => index));
    for (const [index, result] of results.entries()) {
      if (failed.has(index)) continue;
      const told: unknown = this.#onResult(result, first + index);
      // Nobody waits for it, but when it fails in time, that is what the call has failed with.
      if (told instanceof Promise) void told.catch((error: unknown) => this.#toldInVain(error));
    }
  }

  #toldInVain(error: unknown): void {
    if (this.#call.isOver) throw error;
    this.#call.end(error);
    this.awake();
  }

  #take(): Settled | undefined {
    const [number] = this.#plan.isOrdered ? [this.#next] : this.#done.keys();
    if (number === undefined) return undefined;
    const settled = this.#done.get(number);
    if (settled === undefined) return undefined;
    this.#done.delete(number);
    this.#next = number + 1;
    void this.#pull();
    return settled;
  }

  #over(): undefined {
    this.#call.end();
    this.#progress?.end();
    const failed = this.#inputError;
    this.#inputError = undefined;
    if (failed !== undefined) throw failed.error;
  }

  /** Something has happened that whoever waits should look at. */
  awake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
