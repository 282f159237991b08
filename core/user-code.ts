import type { Current } from './current.ts';
import type { Handler } from './definition.ts';
import type { Invocation } from './invocation.ts';
import { modeOf } from './definition.ts';

/** User code that isn't a message's handler. */
type Run = (...args: readonly unknown[]) => unknown;

/** Runs what users have written as part of an invocation: in an async context what is to be followed over its awaits. */
export class UserCode {
  readonly #current: Current;
  readonly #followsAll: boolean;
  #isPending = false;

  /** @param followsAll Whether synchronous functions are followed, too. */
  constructor(current: Current, followsAll: boolean) {
    this.#current = current;
    this.#followsAll = followsAll;
  }

  /** Whether the last handler's result is a promise; a field, since an object per message would be felt. */
  get isPending(): boolean { return this.#isPending; }

  /** The synchronous part of a handler, or all of it: {@link isPending} says which. */
  handle(handler: Handler, invocation: Invocation, args: readonly unknown[]): unknown {
    if (handler.mode !== 'sync' || this.#followsAll) {
      const result = this.#current.runAsync(invocation, () => apply(handler, invocation, args));
      this.#isPending = handler.mode !== 'sync' || isThenable(result);
      return result;
    }
    const current = this.#current;
    const outer = current.active;
    current.active = invocation;
    let result: unknown;
    try {
      result = apply(handler, invocation, args);
    } finally {
      current.active = outer;
    }
    this.#isPending = isThenable(result);
    if (this.#isPending && !invocation.isLater(result)) handler.mode = 'async';
    return result;
  }

  /** The items of a streaming handler. */
  stream(handler: Handler, invocation: Invocation, args: readonly unknown[]): AsyncIterator<unknown> {
    return this.#current.runAsync(invocation, () => apply(handler, invocation, args)) as AsyncIterator<unknown>;
  }

  /** Runs what isn't a message's handler, and calls one of both back. */
  run(
    ctx: Invocation, run: Run, args: readonly unknown[],
    done: (value: unknown) => void, failed: (error: unknown) => void, isAsync = modeOf(run) !== 'sync',
  ): void {
    let result: unknown;
    try {
      const body = (): unknown => run(...args);
      result = isAsync || this.#followsAll ? this.#current.runAsync(ctx, body) : this.#current.runSync(ctx, body);
    } catch (error) {
      failed(error);
      return;
    }
    if (isThenable(result)) void Promise.resolve(result).then(done, failed);
    else done(result);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== undefined && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

// A spread of so few arguments would cost more than the handler.
function apply(handler: Handler, ctx: Invocation, args: readonly unknown[]): unknown {
  switch (args.length) {
    case 0: return handler.run(ctx);
    case 1: return handler.run(ctx, args[0]);
    case 2: return handler.run(ctx, args[0], args[1]);
    default: return handler.run(ctx, ...args);
  }
}
