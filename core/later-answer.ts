import type { Current } from './current.ts';
import type { Invocation } from './invocation.ts';
import type { Later } from './context.ts';

/** What a handler holds that answers later: its message's part in what others do for it. */
export class LaterAnswer<T> implements Later<T> {
  readonly promise: Promise<T>;
  readonly resolve: Later<T>['resolve'];
  readonly reject: Later<T>['reject'];
  readonly #invocation: Invocation;
  readonly #current: Current;

  constructor(invocation: Invocation, current: Current, promise: Promise<T>, resolve: Later<T>['resolve'], reject: Later<T>['reject']) {
    this.promise = promise;
    this.resolve = resolve;
    this.reject = reject;
    this.#invocation = invocation;
    this.#current = current;
  }

  run<R>(work: () => R): R {
    return this.#current.runSync(this.#invocation, work);
  }

  abandon(reason: unknown): void {
    this.reject(reason as Error);
    this.#invocation.abort(reason);
  }
}
