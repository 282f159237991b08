import type { Fact } from './plan.ts';
import { parentOf } from './plan.ts';

/** Whether the children of a supervisor go their own ways, in which order they are stopped included, or not. */
export type Freedom = 'none' | 'but stops' | 'all';

type Groups = ReadonlyMap<string, readonly Fact[]>;

/**
 * What was seen of a real tree in one step. Order counts among the children of one supervisor; what happens under different
 * supervisors happens independently.
 */
export class Sighting {
  readonly #freedom: (supervisor: string) => Freedom;
  readonly #count: number;
  readonly #groups: Groups;

  constructor(facts: readonly Fact[], freedom: (supervisor: string) => Freedom) {
    this.#freedom = freedom;
    this.#count = facts.length;
    this.#groups = grouped(facts, freedom);
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
        isLost ||= !groupsOf(fact, this.#freedom).every((group) => isNext(group, fact));
        return !isLost;
      },
      get isOver() { return left === 0 && !isLost; },
    };
  }

  /** What differs from the facts of a model, as text; undefined when nothing does. */
  difference(model: readonly Fact[]): string {
    const expected = grouped(model, this.#freedom);
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
  const [mine, others] = [Object.keys(one), Object.keys(other)];
  return mine.length === others.length && mine.every((name, i) => name === others[i] && isEqual(one[name as keyof Fact], other[name as keyof Fact]));
}

function isEqual(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));
}

function grouped(facts: readonly Fact[], freedom: (supervisor: string) => Freedom): Groups {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    for (const group of groupsOf(fact, freedom)) {
      const known = groups.get(group);
      if (known === undefined) groups.set(group, [fact]);
      else known.push(fact);
    }
  }
  return groups;
}

function groupsOf(fact: Fact, freedom: (supervisor: string) => Freedom): readonly string[] {
  const { actor } = fact;
  // Slots that die together do so at once.
  if (fact.what === 'removed') return [`slot of ${actor}`];
  if (fact.what === 'answered') return [`answer ${fact.command} of ${actor}`];
  const supervisor = parentOf(actor);
  const reason = fact.what === 'ended' ? fact.reason : undefined;
  switch (freedom(supervisor)) {
    // Those that are killed together, or lost, end in any order.
    case 'none': return reason === 'killed' || reason === 'host_down' ? [actor] : [actor, `below ${supervisor}`];
    case 'but stops': return reason === 'shutdown' ? [actor, `stops below ${supervisor}`] : [actor];
    case 'all': return [actor];
  }
}

export function textOf({ at, actor, what, ...rest }: Fact): string {
  return `${at} ${actor} ${what} ${JSON.stringify(rest)}`;
}
