import type { Fact, Fault, Place } from './plan.ts';
import { parentOf } from './plan.ts';
import { VirtualTime } from './virtual-time.ts';

type Told = Fact extends infer F ? F extends Fact ? Omit<F, 'at' | 'actor'> : never : never;

/** How a start came out. */
export type Outcome = 'up' | 'ignored' | 'failed' | 'late';

/** One incarnation of a child, whatever it is. */
export interface Life {
  readonly isUp: boolean;
  /** Whether there is something of it that its host's end would end. */
  readonly isAlive: boolean;
  /** Whether it is itself at it. */
  readonly isThere: boolean;
  /** All that may matter later. */
  readonly snapshot: unknown;
  /** Calls back once, unless it is ended before. */
  start(settled: (outcome: Outcome) => void): void;
  /** Ends it, killed after `limitMs`; calls back when it is over, at once if it is. */
  shutdown(limitMs: number, over: () => void): void;
  /** Ends as if asked to, killed after `limitMs`; its supervisor hears of it. */
  leave(limitMs: number): void;
  /** Ends now, with all below; its supervisor hears of it. */
  die(reason: string): void;
  /** Its own host is gone: what it has below elsewhere ends first, then its supervisor hears of it. */
  lose(): void;
  /** It was on its supervisor's host, which is gone. */
  loseWithAbove(): void;
}

/** What the lives of one tree share: time, slots, what is told, and what starts are to do. */
export class World {
  readonly time: VirtualTime;
  readonly #told: (fact: Fact) => void;
  readonly lives = new Map<string, Life>();
  readonly #faults = new Map<string, Fault[]>();
  /** Slots: how many incarnations each has had. */
  readonly #slots = new Map<string, number>();
  /** Those whose first slot is dead: whoever had their refs can't reach them any more. */
  readonly outOfReach = new Set<string>();
  /** Slots of children that are in no spec. */
  readonly added = new Set<string>();
  readonly #replaced: string[] = [];
  /** The children of dynamic supervisors that somebody has the refs of. */
  readonly known = new Set<string>();
  /** Those that live beside their supervisors are on the hosts of those. */
  readonly #places = new Map<string, Place>();

  constructor(choose: (count: number) => number, told: (fact: Fact) => void) {
    this.time = new VirtualTime(choose);
    this.#told = told;
  }

  tell(actor: string, told: Told): void {
    this.#told({ at: this.time.now, actor, ...told });
  }

  plant(worker: string, faults: readonly Fault[]): void {
    this.#faults.set(worker, [...faults]);
  }

  nextFault(worker: string): Fault | undefined {
    return this.#faults.get(worker)?.shift();
  }

  /** All that may matter later, but for the lives. */
  get snapshot(): unknown {
    return [this.time.snapshot, Array.from(this.#slots, ([path, incarnation]) => `${path} ${incarnation}`).toSorted(), [...this.#faults], [...this.outOfReach].toSorted(), [...this.added].toSorted()];
  }

  /** Begins an incarnation: the slot is made for the first. */
  begin(path: string, life: Life): number {
    const incarnation = (this.#slots.get(path) ?? 0) + 1;
    this.#slots.set(path, incarnation);
    this.lives.set(path, life);
    return incarnation;
  }

  place(path: string, place: Place): void {
    this.#places.set(path, place);
  }

  /** Whose own host an actor lives on; undefined when it isn't there, or lives on the main thread. */
  ownerOfHostOf(path: string): Life | undefined {
    if (this.lives.get(path)?.isThere !== true) return undefined;
    let owner = path;
    while (this.#places.get(owner) === 'local') owner = parentOf(owner);
    return this.#places.has(owner) ? this.lives.get(owner) : undefined;
  }

  /** A child of the spec begins where one was added that had its key: in a slot of its own. */
  replaceAdded(path: string): void {
    if (!this.added.has(path) || !this.#slots.delete(path)) return;
    this.added.delete(path);
    this.#replaced.push(path);
  }

  /** A start has failed: a slot that never had a life has none to come. */
  abandon(path: string): void {
    if (this.#slots.get(path) === 1) this.remove(path);
  }

  /** A restarted supervisor is up: the slots of children that its last incarnation had, and this one doesn't, die. */
  removeUnused(path: string, used: readonly string[]): void {
    const unused = [...this.#slots.keys()].filter((slot) => parentOf(slot) === path && !used.includes(slot));
    for (const slot of unused.toReversed()) this.remove(slot);
    this.#removeReplaced((slot) => parentOf(slot) === path);
  }

  /** The slot dies, those below it first. */
  remove(path: string): void {
    const below = [...this.#slots.keys()].filter((slot) => slot.startsWith(`${path}/`)).toReversed();
    this.#removeReplaced((slot) => slot.startsWith(`${path}/`));
    for (const slot of [...below, path]) {
      if (!this.#slots.delete(slot)) continue;
      this.outOfReach.add(slot);
      this.added.delete(slot);
      this.tell(slot, { what: 'removed' });
    }
  }
  #removeReplaced(isIt: (slot: string) => boolean): void {
    for (const slot of this.#replaced.filter(isIt)) {
      this.#replaced.splice(this.#replaced.indexOf(slot), 1);
      this.tell(slot, { what: 'removed' });
    }
  }
}
