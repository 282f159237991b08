import type { WaitOptions } from '../../core/actor-ref.ts';
import { Held } from './held.ts';
import { Lock } from './lock.ts';
import { checkWait } from '../../core/within.ts';
import { currentActor } from '../../runtime/current-actor.ts';
import { invalidOption } from '../../core/errors.ts';

/** Somebody holds several locks, until `release()`, or the end of the block. */
export class HeldAll implements Disposable {
  readonly #held: readonly Held[];

  /** Made by {@link acquireAll}. */
  constructor(held: readonly Held[]) {
    this.#held = held;
  }

  /** Whether the one who had one of them before has ended without releasing it. */
  get wasAbandoned(): boolean { return this.#held.some(({ wasAbandoned }) => wasAbandoned); }

  /** Gives all of them back. Releasing twice does nothing. */
  release(): void {
    for (const each of this.#held.toReversed()) each.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  toString(): string { return `HeldAll(${this.#held.join(', ')})`; }

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

/**
 * Holds all of these locks, or none: one after the other in an order that is the same for everybody, so that nobody who takes several of them this
 * way waits for somebody who waits for him.
 *
 * @param options.timeout How long to wait in all. Default no limit.
 * @throws {TypeError} (all as rejections) One of them is no lock, is there twice, or is of another system.
 * @throws As `acquire`, whichever it was; none is held then.
 * @example
 * const [from, to] = [await mutex(), await mutex()];
 * {
 *   using both = await acquireAll([from, to], { timeout: '1s' });
 * }
 * for (const lock of [from, to]) await lock[Symbol.asyncDispose]();
 */
export async function acquireAll(locks: readonly Lock[], options: WaitOptions = {}): Promise<HeldAll> {
  const { timeoutMs, signal } = checkWait(options, 'the options of acquireAll()', Infinity);
  // Code that isn't async knows its actor before the first await alone.
  const actor = currentActor();
  const held: Held[] = [];
  let leftMs = timeoutMs;
  try {
    for (const lock of inOrder(locks)) {
      const next = await Lock.acquireFor(lock, actor, { timeoutMs: Math.max(leftMs, LEAST_MS), signal });
      held.push(next);
      leftMs -= Held.holdingOf(next).waitedMs;
    }
  } catch (error) {
    new HeldAll(held).release();
    throw error;
  }
  return new HeldAll(held);
}

/** Who has waited all of the time may still have what is free. */
const LEAST_MS = 1;

/** By their paths: nobody else has one of those. */
function inOrder(locks: readonly Lock[]): Lock[] {
  if (!Array.isArray(locks)) throw invalidOption('the locks', locks, 'a list of them');
  for (const [i, lock] of locks.entries()) {
    if (!(lock instanceof Lock)) throw invalidOption(`lock ${i + 1}`, lock, 'a mutex, a semaphore or a condition');
    const before = locks.slice(0, i).findIndex((each) => Lock.refOf(each).equals(Lock.refOf(lock)));
    if (before >= 0) throw invalidOption(`lock ${i + 1}`, lock, 'each lock once', `it is lock ${before + 1}, too`);
    if (locks.slice(0, i).some((each) => pathOf(each) === pathOf(lock))) throw invalidOption(`lock ${i + 1}`, lock, 'a lock of the same system as the others');
  }
  return locks.toSorted((a, b) => pathOf(a) < pathOf(b) ? -1 : 1);
}

function pathOf(lock: Lock): string {
  return String(Lock.refOf(lock));
}
