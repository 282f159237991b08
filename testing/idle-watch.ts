import type { Cancel, Clock } from '../core/clock.ts';

/** What is asked of a simulation. */
export interface IdleWatchPort {
  /** How many steps have been taken. */
  readonly steps: number;
  /** Whether nothing happens unless time passes, and nobody lets it pass. */
  readonly standsStill: boolean;
  /** The asks of the main thread that wait. */
  readonly openAsks: readonly string[];
}

/** How often it looks, in real time. Two looks at the same step are a test that waits: no runner's timeout is shorter. */
const LOOK_MS = 1_000;

/** How many asks are named. */
const MAX_NAMED = 3;

/** Tells, once, of a test that awaits what only virtual time can bring, and lets none pass: it would wait for ever. */
export class IdleWatch {
  readonly #clock: Clock;
  readonly #port: IdleWatchPort;
  readonly #tell: (text: string) => void;
  #cancel: Cancel = () => undefined;
  #stepsBefore = -1;

  /** @param clock Real time. */
  constructor(clock: Clock, port: IdleWatchPort, tell: (text: string) => void) {
    this.#clock = clock;
    this.#port = port;
    this.#tell = tell;
    this.#lookLater();
  }

  end(): void { this.#cancel(); }

  #lookLater(): void {
    this.#cancel = this.#clock.after(LOOK_MS, () => this.#look());
  }

  #look(): void {
    const { steps, standsStill, openAsks } = this.#port;
    if (standsStill && steps === this.#stepsBefore) {
      const named = openAsks.slice(0, MAX_NAMED).join(', ');
      const who = openAsks.length === 0 ? 'Something waits' : `An ask waits (${named}${openAsks.length > MAX_NAMED ? ', …' : ''})`;
      this.#tell(`${who} for virtual time, which stands still: let it pass with kit.clock.advance() or kit.clock.until()`);
      return;
    }
    this.#stepsBefore = standsStill ? steps : -1;
    this.#lookLater();
  }
}
