import type { Answer } from './envelope.ts';
import type { Current } from './current.ts';
import type { Invocation } from './invocation.ts';
import { toReplyError } from './errors.ts';

type Items = AsyncIterator<unknown> | Iterator<unknown>;

/** How a producer ended: it had no more items, its consumer left, or its generator threw. */
export type ProducerEnd = { readonly kind: 'done' | 'cancelled' } | { readonly kind: 'threw'; readonly error: unknown };

const ITEMS_PER_BREATH = 256;

/** Drives a streaming handler: asks its generator for the next item as long as the consumer gives credit. */
export class Producer {
  readonly invocation: Invocation;
  readonly #current: Current;
  readonly #answer: Answer;
  readonly #ended: (end: ProducerEnd) => void;
  readonly #breathe: () => Promise<void>;
  #items: Items | undefined;
  #credit = 0;
  #produced = 0;
  #isPulling = false;

  /** Whether the generator works on the next item. */
  get isPulling(): boolean { return this.#isPulling; }

  /** @param breathe Awaited now and then: a producer that never waits must not keep timers and input from their turn. */
  constructor(
    invocation: Invocation, current: Current, answer: Answer, ended: (end: ProducerEnd) => void, breathe: () => Promise<void>,
  ) {
    this.invocation = invocation;
    this.#current = current;
    this.#answer = answer;
    this.#ended = ended;
    this.#breathe = breathe;
  }

  start(items: Items, credit: number): void {
    this.#items = items;
    this.credit(credit);
  }

  credit(items: number): void {
    this.#credit += items;
    if (!this.#isPulling) void this.#pull();
  }

  /** Aborts `ctx.signal`, then lets the generator's `finally` run. Nobody waits for it. */
  cancel(reason: unknown): void {
    this.invocation.abort(reason);
    this.#end({ kind: 'cancelled' });
  }

  async #pull(): Promise<void> {
    this.#isPulling = true;
    while (this.#credit > 0 && this.#items !== undefined) {
      if (this.#produced++ % ITEMS_PER_BREATH === ITEMS_PER_BREATH - 1) await this.#breathe();
      const items = this.#items;
      if (items === undefined) break;
      this.#credit--;
      let result: IteratorResult<unknown>;
      try {
        result = await this.#current.runAsync(this.invocation, () => items.next());
      } catch (error) {
        this.#threw(error);
        break;
      }
      if (this.#items === undefined) break;
      if (result.done === true) this.#end({ kind: 'done' });
      else this.#pass(result.value);
    }
    this.#isPulling = false;
  }

  #threw(error: unknown): void {
    if (this.#items === undefined) return;
    this.#items = undefined;
    this.#ended({ kind: 'threw', error });
  }

  /** An item that can't be sent ends the stream, not the actor. */
  #pass(item: unknown): void {
    try {
      this.#answer.item(item);
    } catch (error) {
      this.#answer.reject(toReplyError(error));
      this.#end({ kind: 'cancelled' });
    }
  }

  #end(end: ProducerEnd): void {
    const items = this.#items;
    if (items === undefined) return;
    this.#items = undefined;
    this.#ended(end);
    if (end.kind === 'cancelled') this.#close(items);
  }

  // What a generator throws while it is being closed concerns nobody: its consumer has left.
  #close(items: Items): void {
    try {
      const closed = this.#current.runAsync(this.invocation, () => items.return?.());
      if (closed instanceof Promise) closed.catch(() => undefined);
    } catch {
      return;
    }
  }
}
