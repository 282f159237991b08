import type { Broken } from './invariants.ts';

/** One end of an actor, as its events tell it. */
interface End {
  readonly actor: string;
  readonly incarnation: number;
}

/** An abnormal end is reported once at most, and nothing else is. */
export class OneReport {
  readonly #broken: Broken;
  /** How often each was told, and not reported: a path may come again. */
  readonly #untold = new Map<string, number>();

  constructor(broken: Broken) {
    this.#broken = broken;
  }

  crashed({ actor, incarnation }: End): void {
    const end = `${actor} ${incarnation}`;
    this.#untold.set(end, (this.#untold.get(end) ?? 0) + 1);
  }

  reported({ actor, incarnation, hadStarted }: End & { readonly hadStarted: boolean }): void {
    if (!hadStarted) return;
    const end = `${actor} ${incarnation}`;
    const count = this.#untold.get(end) ?? 0;
    if (count === 0) this.#broken('one report', actor, `the end of its incarnation ${incarnation} is reported again, or before it`);
    if (count > 1) this.#untold.set(end, count - 1);
    else this.#untold.delete(end);
  }
}
