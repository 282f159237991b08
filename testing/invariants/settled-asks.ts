import type { Broken } from './invariants.ts';

interface Ask {
  readonly host: number;
  readonly actor: string;
  readonly handler: string;
  readonly deadlineAt: number;
  isSettled: boolean;
}

/** How long after its deadline an ask may take to settle, when its receiver says nothing. */
const SLACK_MS = 50;

/** Each ask settles, once: by its deadline, and when all has ended. */
export class SettledAsks {
  readonly #broken: Broken;
  readonly #open = new Set<Ask>();

  constructor(broken: Broken) {
    this.#broken = broken;
  }

  /** The asks of one host that aren't settled. */
  openOf(host: number): readonly string[] {
    return [...this.#open].flatMap((ask) => ask.host === host ? [`${ask.handler} of "${ask.actor}"`] : []);
  }

  /** Returns what is to be called when it settles. */
  asked(host: number, actor: string, handler: string, deadlineAt: number): () => void {
    const ask: Ask = { host, actor, handler, deadlineAt, isSettled: false };
    this.#open.add(ask);
    return () => {
      if (ask.isSettled) this.#broken('settled asks', actor, `an ask of "${handler}" settles twice`);
      ask.isSettled = true;
      this.#open.delete(ask);
    };
  }

  /** Nothing is left to happen until `now`. */
  atRest(now: number): void {
    for (const ask of this.#open) {
      const { actor, handler, deadlineAt } = ask;
      if (deadlineAt + SLACK_MS >= now) continue;
      this.#open.delete(ask);
      this.#broken('settled asks', actor, `an ask of "${handler}" isn't settled ${now - deadlineAt} ms after its deadline`);
    }
  }

  /** All actors have ended. */
  atEnd(): void {
    for (const { actor, handler } of this.#open) this.#broken('settled asks', actor, `an ask of "${handler}" has never settled`);
    this.#open.clear();
  }

  /** Nobody is left who would be told. */
  hostEnded(host: number): void {
    for (const ask of this.#open) if (ask.host === host) this.#open.delete(ask);
  }
}
