import type { Invocation } from './invocation.ts';

/** What Node's AsyncLocalStorage offers, as a port. */
export interface AsyncContext {
  run<T>(value: unknown, body: () => T): T;
  getStore(): unknown;
}

/**
 * Which invocation runs now, one per thread. A synchronous handler only sets `active`; an asynchronous one
 * runs inside an async context, which costs more and follows it over every `await`.
 */
export class Current {
  active: Invocation | undefined = undefined;
  readonly #context: AsyncContext;

  constructor(context: AsyncContext) {
    this.#context = context;
  }

  get invocation(): Invocation | undefined {
    // `active` wins: a turn that began inside some handler's async context runs other actors' handlers.
    return this.active ?? this.#context.getStore() as Invocation | undefined;
  }

  runSync<T>(invocation: Invocation, body: () => T): T {
    const outer = this.active;
    this.active = invocation;
    try {
      return body();
    } finally {
      this.active = outer;
    }
  }

  /** Runs `body` as nobody's part: what it calls concerns others than the actor whose code has led to it. */
  runOutside<T>(body: () => T): T {
    if (this.invocation === undefined) return body();
    const outer = this.active;
    this.active = undefined;
    try {
      return this.#context.run(undefined, body);
    } finally {
      this.active = outer;
    }
  }

  /** Runs `body`, and all that it waits for, as part of `invocation`. */
  runAsync<T>(invocation: Invocation, body: () => T): T {
    return this.runSync(invocation, () => this.#context.run(invocation, body));
  }
}
