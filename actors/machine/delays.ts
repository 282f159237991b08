import type { ActorContext, InitContext } from '../../core/context.ts';
import type { Cancel } from '../../core/clock.ts';
import type { Scheduled } from './xstate.ts';

interface Timer extends Scheduled {
  readonly dueAt: number;
  readonly cancel: Cancel;
}

/** The delayed events of one logic, as timers of its actor. */
export class Delays {
  readonly #timers = new Set<Timer>();
  readonly #due: (scheduled: Scheduled, ctx: ActorContext<unknown>) => void;
  readonly #changed: () => void;

  /** @param changed Told when there is one more, or one less. */
  constructor(due: (scheduled: Scheduled, ctx: ActorContext<unknown>) => void, changed: () => void) {
    this.#due = due;
    this.#changed = changed;
  }

  schedule(scheduled: Scheduled, life: InitContext): void {
    // As a timer of Node's takes a delay that is none.
    const delay = scheduled.delay > 0 ? scheduled.delay : 0;
    const run = (ctx: ActorContext<unknown>): void => {
      this.#drop(timer);
      this.#due(timer, ctx);
    };
    const timer: Timer = { ...scheduled, dueAt: life.now() + delay, cancel: life.after(delay, run) };
    this.#timers.add(timer);
    this.#changed();
  }

  cancel(id: string): void {
    for (const timer of this.#timers) if (timer.id === id) this.#drop(timer);
  }

  cancelAll(): void {
    for (const timer of this.#timers) this.#drop(timer);
  }

  /** Those that wait, each with the milliseconds that are left at `now`. */
  waiting(now: number): readonly (Scheduled & { readonly leftMs: number })[] {
    return Array.from(this.#timers, (timer) => ({ ...timer, leftMs: Math.max(0, timer.dueAt - now) }));
  }

  #drop(timer: Timer): void {
    timer.cancel();
    this.#timers.delete(timer);
    this.#changed();
  }
}
