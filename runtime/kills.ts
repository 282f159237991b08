import type { Clock } from '../core/clock.ts';
import type { Deadlines } from '../core/deadlines.ts';
import { Alarm } from '../core/deadlines.ts';

/** How long a kernel may take to confirm a kill. */
export const KILL_CONFIRM_MS = 500;
/** How long what has come until then may go unread: the main thread may have been the one that was busy. */
const READ_MS = 50;

/** One life of an actor. */
interface Life {
  readonly slot: number;
  readonly incarnation: number;
}

/** The kills that no kernel has confirmed yet. One that doesn't is too busy to obey. */
export class Kills {
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #alarms = new Map<string, Alarm>();

  constructor({ clock, deadlines }: { readonly clock: Clock; readonly deadlines: Deadlines }) {
    this.#clock = clock;
    this.#deadlines = deadlines;
  }

  /** Calls `giveUp` unless the end of this life is confirmed in time. */
  expect(life: Life, giveUp: () => void): void {
    if (this.#alarms.has(keyOf(life))) return;
    this.#arm(life, KILL_CONFIRM_MS, () => {
      this.#arm(life, READ_MS, () => {
        this.#alarms.delete(keyOf(life));
        giveUp();
      });
    });
  }

  confirmed(life: Life): void {
    const alarm = this.#alarms.get(keyOf(life));
    if (alarm === undefined) return;
    this.#deadlines.remove(alarm);
    this.#alarms.delete(keyOf(life));
  }

  #arm(life: Life, ms: number, run: () => void): void {
    const alarm = new Alarm(run);
    this.#alarms.set(keyOf(life), alarm);
    this.#deadlines.add(alarm, this.#clock.now() + ms);
  }
}

function keyOf({ slot, incarnation }: Life): string {
  return `${slot} ${incarnation}`;
}
