import type { WaitOptions } from '../core/actor-ref.ts';
import { checkWait } from '../core/within.ts';
import { invalidOption } from '../core/errors.ts';

/** What can be waited for together with others: an end of a pipe, a job's end. */
export interface Selectable {
  /** Whether there is something to get without waiting; with a `timeout`, as soon as there is. */
  poll(options?: WaitOptions): Promise<boolean>;
}

/**
 * Those of `things` that have something to get without waiting: at once if there are any, else as soon as there are. It takes nothing
 * out of them; who shares one with others may find it empty again.
 *
 * @param options.timeout How long to wait, > 0. Default no limit. Nothing by then is an empty list.
 * @throws {TypeError | RangeError} (all as rejections) One of them can't be waited for; an option isn't what it should be.
 * @throws What `poll` of one of them rejects with: it is closed.
 * @throws What `signal` was aborted with.
 * @example
 * const [questions, asker] = await pipe<string>();
 * const [orders, customer] = await pipe<string>();
 * await customer.send('tea');
 * const [ready] = await select([questions, orders]);
 * const order = await ready?.receive(); // 'tea'
 * await Promise.all([questions, asker, orders, customer].map((end) => end.close()));
 */
export async function select<T extends Selectable>(things: readonly T[], options: WaitOptions = {}): Promise<T[]> {
  const { timeoutMs: timeout, signal } = checkWait(options, 'the options of select()', Infinity);
  for (const thing of things) {
    if (typeof (thing as Partial<Selectable> | null)?.poll !== 'function') throw invalidOption('what to select from', thing, 'something with poll()');
  }
  signal?.throwIfAborted();
  const areReady = await Promise.all(things.map((thing) => thing.poll()));
  const ready = things.filter((_, i) => areReady[i]);
  return ready.length > 0 || things.length === 0 ? ready : firstOf(things, { timeout, signal });
}

/** Waits for all of them until one is ready, and for no other then. */
async function firstOf<T extends Selectable>(things: readonly T[], { timeout, signal }: WaitOptions): Promise<T[]> {
  const over = new AbortController();
  const signals = signal == null ? over.signal : AbortSignal.any([signal, over.signal]);
  const ready: T[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const waits = things.map(async (thing) => {
        if (!await thing.poll({ timeout, signal: signals })) return;
        ready.push(thing);
        resolve();
      });
      Promise.all(waits).then(() => resolve(), reject);
    });
  } finally {
    over.abort();
  }
  return ready;
}
