import type { Fact } from './plan.ts';
import { parentOf } from './plan.ts';

type Groups = ReadonlyMap<string, readonly Fact[]>;

/**
 * What was seen of a real tree in one step. Order counts among the children of one supervisor; what happens under different
 * supervisors happens independently.
 */
export class Sighting {
  readonly #isFree: (supervisor: string) => boolean;
  readonly #count: number;
  readonly #groups: Groups;

  /** @param isFree Whether the children of a supervisor go their own ways, too. */
  constructor(facts: readonly Fact[], isFree: (supervisor: string) => boolean) {
    this.#isFree = isFree;
    this.#count = facts.length;
    this.#groups = grouped(facts, isFree);
  }

  /** Takes the facts of a model one by one, and says whether each of them was seen, in its place. */
  follow(): { next(fact: Fact): boolean; readonly isOver: boolean } {
    const places = new Map<string, number>();
    let left = this.#count;
    const isNext = (group: string, fact: Fact): boolean => {
      const place = places.get(group) ?? 0;
      places.set(group, place + 1);
      return isSame(fact, this.#groups.get(group)?.[place]);
    };
    let isLost = false;
    return {
      next: (fact) => {
        left--;
        isLost ||= !groupsOf(fact, this.#isFree).every((group) => isNext(group, fact));
        return !isLost;
      },
      get isOver() { return left === 0 && !isLost; },
    };
  }

  /** What differs from the facts of a model, as text; undefined when nothing does. */
  difference(model: readonly Fact[]): string {
    const expected = grouped(model, this.#isFree);
    for (const group of new Set([...expected.keys(), ...this.#groups.keys()])) {
      const wanted = expected.get(group) ?? [];
      const got = this.#groups.get(group) ?? [];
      if (wanted.length === got.length && wanted.every((fact, i) => isSame(fact, got[i]))) continue;
      const linesOf = (facts: readonly Fact[]): readonly string[] => facts.map((fact) => `    ${textOf(fact)}`);
      return [`${group}:`, '  model:', ...linesOf(wanted), '  real:', ...linesOf(got)].join('\n');
    }
    return 'nothing is different';
  }
}

function isSame(one: Fact, other: Fact | undefined): boolean {
  if (other === undefined) return false;
  const [mine, others] = [Object.entries(one), Object.entries(other)];
  return mine.length === others.length && mine.every(([name, value], i) => name === others[i]?.[0] && isEqual(value, others[i]?.[1]));
}

function isEqual(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));
}

function grouped(facts: readonly Fact[], isFree: (supervisor: string) => boolean): Groups {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    for (const group of groupsOf(fact, isFree)) {
      const known = groups.get(group);
      if (known === undefined) groups.set(group, [fact]);
      else known.push(fact);
    }
  }
  return groups;
}

function groupsOf(fact: Fact, isFree: (supervisor: string) => boolean): readonly string[] {
  const supervisor = parentOf(fact.actor);
  // Its children go their own ways, but are stopped in one order.
  if (isFree(supervisor) && fact.what === 'ended' && fact.reason === 'shutdown') return [groupOf(fact, isFree), `stops below ${supervisor}`];
  return [groupOf(fact, isFree)];
}

function groupOf(fact: Fact, isFree: (supervisor: string) => boolean): string {
  const { actor } = fact;
  const supervisor = parentOf(actor);
  switch (fact.what) {
    case 'answered': return `answer ${fact.command} of ${actor}`;
    // Slots that die together do so at once.
    case 'removed': return `slot of ${actor}`;
    default: return isFree(supervisor) ? actor : `below ${supervisor}`;
  }
}

export function textOf({ at, actor, what, ...rest }: Fact): string {
  return `${at} ${actor} ${what} ${JSON.stringify(rest)}`;
}
