import type { Cells } from './cells.ts';
import type { ElementOf, ElementType, ViewOf } from './element.ts';
import type { ThreadBound } from '../../core/sendable.ts';
import type { WaitOptions } from '../../core/actor-ref.ts';
import { SENDABLE, THREAD_BOUND } from '../../core/sendable.ts';
import { SharedLock } from './shared-lock.ts';
import { cellsOn } from './cells.ts';
import { elementBytes, viewOf } from './element.ts';
import { invalidOption } from '../../core/errors.ts';

/** The lock comes first, then the elements: those of 8 bytes begin at a multiple of 8. */
const HEAD_BYTES = 8;

/** Elements of one type in memory that threads share, as they travel. */
export interface MemoryData<K extends ElementType> {
  readonly type: K;
  readonly memory: SharedArrayBuffer;
}

/** What a shared number and a shared array have in common. */
export abstract class SharedMemory<K extends ElementType> implements ThreadBound {
  declare readonly [SENDABLE]: true;
  declare readonly [THREAD_BOUND]: true;
  readonly type: K;
  protected readonly view: ViewOf<K>;
  protected readonly cells: Cells<ElementOf<K>>;
  readonly #memory: SharedArrayBuffer;
  readonly #lock: SharedLock;

  /** All of it that is no lock is elements. */
  constructor({ type, memory }: MemoryData<K>) {
    this.type = type;
    this.view = viewOf(type, memory, HEAD_BYTES, (memory.byteLength - HEAD_BYTES) / elementBytes(type));
    this.cells = cellsOn(type, this.view);
    this.#memory = memory;
    this.#lock = new SharedLock(memory, this.constructor.name);
  }

  static dataOf<K extends ElementType>(of: SharedMemory<K>): MemoryData<K> {
    return { type: of.type, memory: of.#memory };
  }

  /**
   * Runs `work`, a short synchronous function, while no other thread runs one in the lock of this memory, and resolves with what it returns.
   * It gets the elements as a typed array, to be used in there alone. Who uses the other methods takes no notice of the lock.
   *
   * A thread that ends in there leaves things as they are: the next one is told so by `wasAbandoned`.
   *
   * @param options.timeout How long to wait for the others. Default no limit.
   * @throws {AskTimeoutError} (all as rejections) Not within `timeout`; `work` hasn't run.
   * @throws {TypeError} `work` is no function, or returns a promise: it wouldn't be done when the lock is free again.
   * @throws What `work` throws, and what `signal` was aborted with.
   * @example
   * const ends = sharedArray('int32', [1, 9]);
   * await ends.withLock((view) => { view.reverse(); });
   * const first = ends.get(0); // 9
   */
  async withLock<R>(work: (view: ViewOf<K>, wasAbandoned: boolean) => R, options: WaitOptions = {}): Promise<R> {
    if (typeof work !== 'function') throw invalidOption('the function of withLock()', work, 'a function');
    return this.#lock.run((wasAbandoned) => work(this.view, wasAbandoned), options);
  }

  abstract toString(): string;

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

/** New memory for so many elements, all of them 0. */
export function memoryFor<K extends ElementType>(type: K, length: number): MemoryData<K> {
  return { type, memory: new SharedArrayBuffer(HEAD_BYTES + length * elementBytes(type)) };
}
