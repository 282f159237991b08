import type { ChildPlan } from './plan.ts';
import type { SupervisorContext } from '../core/child-slots.ts';
import { RunningChild } from './running-child.ts';
import { StartFailedError } from '../core/errors.ts';

/** One of them. It settles when nothing of it is left. */
interface FirstStart {
  readonly key: string;
  readonly abort: AbortController;
  readonly settled: Promise<unknown>;
}

/** Starts of children that there weren't before, while they are under way. */
export class FirstStarts {
  readonly #ctx: SupervisorContext;
  readonly #starts = new Set<FirstStart>();

  constructor(ctx: SupervisorContext) {
    this.#ctx = ctx;
  }

  get size(): number { return this.#starts.size; }

  has(key: string): boolean {
    return this.#find(key) !== undefined;
  }

  /** @throws {StartFailedError | StartTimeoutError} (as a rejection) It could not be started, or was called off. */
  async start(key: string, plan: ChildPlan): Promise<RunningChild> {
    const { definition, input, place, startMs: timeoutMs, name, restart, shutdownMs } = plan;
    const supervision = { restart, shutdownMs };
    const abort = new AbortController();
    const settled = this.#ctx.children.start(key, { definition, input, place, timeoutMs, name, supervision }, abort.signal);
    const start = { key, abort, settled };
    this.#starts.add(start);
    try {
      const { ref, isUp } = await settled;
      return new RunningChild(key, plan, ref, isUp, this.#ctx.uptime());
    } finally {
      this.#starts.delete(start);
    }
  }

  /** Calls one off. Returns what settles when nothing is left of it; undefined when there is none. */
  abort(key: string, why: string): Promise<unknown> | undefined {
    const start = this.#find(key);
    start?.abort.abort(new StartFailedError(key, why));
    return start?.settled;
  }

  /** Calls all off. Returns what settles when nothing is left of each. */
  abortAll(why: string): readonly Promise<unknown>[] {
    const starts = [...this.#starts];
    for (const { key, abort } of starts) abort.abort(new StartFailedError(key, why));
    return starts.map(({ settled }) => settled);
  }

  #find(key: string): FirstStart | undefined {
    return [...this.#starts].find((start) => start.key === key);
  }
}
