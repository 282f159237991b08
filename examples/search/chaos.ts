import type { ActorError, ActorRef, ActorSystem, RefOf } from '../../index.ts';
import type { Catalogue } from './catalogue-actor.ts';
import type { Death } from './mortal.ts';
import type { Index } from './index-actor.ts';
import type { Tokeniser } from './tokeniser.ts';
import { isLostWork } from './lost-work.ts';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ChaosOptions {
  readonly system: ActorSystem;
  readonly index: RefOf<typeof Index>;
  readonly catalogue: RefOf<typeof Catalogue>;
  /** By name. */
  readonly tokenisers: Readonly<Record<string, RefOf<typeof Tokeniser>>>;
  /** From one kill to the next; more when the victim takes longer to be up again. */
  readonly everyMs: number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

/** `SIGKILL` is for the index alone: a thread can't be sent a signal. */
type Way = Death | 'SIGKILL';

/** Whom chaos may kill: an actor, for the host that it has to itself. */
interface Victim {
  readonly name: string;
  /** The actor's path. */
  readonly path: string;
  readonly ref: ActorRef<{ pid(): number; die(death: Death): void }>;
  readonly ways: readonly Way[];
  /** What it took with it when it died. */
  readonly loss: () => Promise<VictimsLoss>;
}

interface VictimsLoss {
  /** Files that it held and had not answered for. */
  readonly unacknowledged: number;
  /** Files that are done again because of that. */
  readonly fedAgain: number;
  /** What else there is to say of it. */
  readonly remark?: string;
}

/** How many kills there must be that hit work, and how many of them must hit the index. */
const ENOUGH = { kills: 10, ofIndex: 2 } as const;
const DEATHS: readonly Death[] = ['exit', 'throw', 'loop'];
const WAY_TEXTS: Readonly<Record<Way, string>> = {
  SIGKILL: 'SIGKILL', exit: 'process.exit', throw: 'a throw', loop: 'a busy loop, terminated',
};
/** Long enough for an actor to get to the loop. */
const LOOP_MS = 200;

/**
 * Kills hosts, one after the other, until enough of them died with work in their hands. What they lost is told by
 * those who feed them.
 */
export class Chaos {
  readonly #options: ChaosOptions;
  readonly #index: Victim;
  readonly #tokenisers: readonly Victim[];
  /** Files that each tokeniser holds. */
  readonly #held = new Map<string, number>();
  /** Files that each tokeniser has lost since it was struck. */
  readonly #lost = new Map<string, number>();
  #strikes = 0;
  #kills = 0;
  #killsOfIndex = 0;
  #fedAgain = 0;

  constructor(options: ChaosOptions) {
    const { index, catalogue, tokenisers } = this.#options = options;
    const lossOfIndex = async (): Promise<VictimsLoss> => {
      const { unacknowledged = 0, replayed = 0, indexed = 0 } = (await catalogue.ask.losses()).at(-1) ?? {};
      return { unacknowledged, fedAgain: replayed, remark: `, indexed fell from ${indexed} to 0` };
    };
    const lossOf = async (name: string): Promise<VictimsLoss> => {
      const files = this.#lost.get(name) ?? 0;
      this.#lost.delete(name);
      this.#fedAgain += files;
      return { unacknowledged: files, fedAgain: files };
    };
    this.#index = { name: 'index', path: 'search/index', ref: index, ways: ['SIGKILL', ...DEATHS], loss: lossOfIndex };
    this.#tokenisers = Object.entries(tokenisers)
      .map(([name, ref]) => ({ name, path: `search/tokenisers/${name}`, ref, ways: DEATHS, loss: () => lossOf(name) }));
  }

  /** A tokeniser holds so many files more, or fewer. */
  held(tokeniser: string, change: number): void {
    this.#held.set(tokeniser, (this.#held.get(tokeniser) ?? 0) + change);
  }

  /** A tokeniser has died with files that it had not answered for. */
  lost(tokeniser: string, files: number): void {
    this.#lost.set(tokeniser, (this.#lost.get(tokeniser) ?? 0) + files);
  }

  get isEnough(): boolean {
    return this.#kills >= ENOUGH.kills && this.#killsOfIndex >= ENOUGH.ofIndex;
  }

  /** Kills until it is enough. When it resolves, the last victim is up again. */
  async rage(): Promise<void> {
    const { everyMs, signal, random } = this.#options;
    const pause = (): Promise<void> => sleep(everyMs, undefined, { signal });
    await pause();
    while (!this.isEnough) {
      const next = pause();
      const victim = await this.#nextVictim();
      await Promise.all([this.#kill(victim, pick(victim.ways, random)), next]);
    }
  }

  /** What all of it came to. */
  get summary(): string {
    const kills = `${this.#strikes} kills, of which ${this.#kills} hit work, ${this.#killsOfIndex} of them in the index`;
    return `Chaos       ${kills}; ${this.#fedAgain} files were tokenised again because their tokeniser died`;
  }

  /** The index is one among many, and shall have its share. Tokenisers have nothing to lose while it is far behind. */
  async #nextVictim(): Promise<Victim> {
    const { random, signal } = this.#options;
    if (random() < 1 / 3) return this.#index;
    for (;;) {
      const busy = this.#tokenisers.filter(({ name }) => (this.#held.get(name) ?? 0) > 0);
      if (busy.length > 0) return pick(busy, random);
      await sleep(1, undefined, { signal });
    }
  }

  async #kill(victim: Victim, way: Way): Promise<void> {
    const { path, loss } = victim;
    const [isDead] = await Promise.all([this.#strike(victim, way), this.#restarted(path)]);
    const { unacknowledged, fedAgain, remark = '' } = await loss();
    const isCounted = isDead && unacknowledged > 0;
    this.#strikes++;
    if (isCounted) this.#kills++;
    if (isCounted && victim === this.#index) this.#killsOfIndex++;
    const verdict = isCounted ? `kill ${this.#kills}` : 'not counted';
    const how = isDead ? WAY_TEXTS[way] : 'a kill that its host survived';
    const text = `${how}: ${unacknowledged} files unacknowledged, ${fedAgain} fed again${remark}`;
    this.#options.print(`Chaos       ${verdict}: ${path} by ${text}`);
  }

  /** Whether the host has died, or is about to. */
  async #strike({ path, ref }: Victim, way: Way): Promise<boolean> {
    const { system: { events }, catalogue, signal } = this.#options;
    const { ask } = ref.with({ signal });
    switch (way) {
      case 'SIGKILL': {
        const pid = await ask.pid();
        // Until its end is known, its number isn't given to another process.
        let isAlive = true;
        const stopWatching = events.on('crashed', ({ actor }) => { if (actor === path) isAlive = false; });
        while ((await catalogue.ask.figures()).sent === 0) await sleep(1, undefined, { signal });
        stopWatching();
        return isAlive && process.kill(pid, way);
      }
      case 'exit':
      case 'throw':
        // The answer may die with the host.
        await ask.die(way).catch(ifNotLost);
        return true;
      case 'loop': {
        // In time it is in the loop, or never will be: a message that has waited too long isn't handled any more.
        const looping = ref.with({ timeout: LOOP_MS, signal }).ask.die(way).catch(ifNotLost);
        // An actor that isn't in the loop survives in its host, and answers.
        const survived = ask.pid().then(() => true, ifNotLost);
        const [, isAlive] = await Promise.all([looping.then(() => ref.kill()), survived]);
        return isAlive !== true;
      }
    }
  }

  /** Resolves when the actor has been started once more. */
  #restarted(path: string): Promise<void> {
    const { system: { events }, signal } = this.#options;
    return new Promise((resolve, reject) => {
      const aborted = (): void => settle(() => reject(signal.reason as Error));
      const off = events.on('started', ({ actor }) => { if (actor === path) settle(resolve); });
      const settle = (tell: () => void): void => {
        off();
        signal.removeEventListener('abort', aborted);
        tell();
      };
      signal.addEventListener('abort', aborted);
    });
  }
}

/** Takes the failure of an ask whose host has died, or which has waited in vain for one that hangs. */
function ifNotLost(error: unknown): void {
  if (!isLostWork(error) && (error as ActorError).code !== 'TROUPE_ASK_TIMEOUT') throw error;
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]!; // none of the lists is empty
}
