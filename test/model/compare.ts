import type { Fact } from './plan.ts';
import { parentOf } from './plan.ts';

/** Whether the children of a supervisor go their own ways, in which order they are stopped included, or not. */
export type Freedom = 'none' | 'but stops' | 'all';

/**
 * What differs between the facts of one step, as text; undefined when nothing does. Order counts among the children of one
 * supervisor; what happens under different supervisors happens independently.
 */
export function difference(model: readonly Fact[], real: readonly Fact[], freedom: (supervisor: string) => Freedom): string | undefined {
  const expected = grouped(model, freedom);
  const actual = grouped(real, freedom);
  for (const group of new Set([...expected.keys(), ...actual.keys()])) {
    const wanted = expected.get(group) ?? [];
    const got = actual.get(group) ?? [];
    if (wanted.join('\n') === got.join('\n')) continue;
    return [`${group}:`, '  model:', ...wanted.map((line) => `    ${line}`), '  real:', ...got.map((line) => `    ${line}`)].join('\n');
  }
  return undefined;
}

function grouped(facts: readonly Fact[], freedom: (supervisor: string) => Freedom): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const group = groupOf(fact, freedom);
    groups.set(group, [...groups.get(group) ?? [], fact]);
    const supervisor = parentOf(fact.actor);
    if (freedom(supervisor) !== 'but stops' || fact.what !== 'ended' || fact.reason !== 'shutdown') continue;
    // Its children go their own ways, but are stopped in one order.
    const stops = `stops below ${supervisor}`;
    groups.set(stops, [...groups.get(stops) ?? [], fact]);
  }
  return new Map([...groups].map(([group, all]) => [group, withSuddenEndsInOrder(all).map(textOf)]));
}

function groupOf(fact: Fact, freedom: (supervisor: string) => Freedom): string {
  const { actor } = fact;
  const supervisor = parentOf(actor);
  switch (fact.what) {
    case 'answered': return `answer ${fact.command} of ${actor}`;
    // Slots that die together do so at once.
    case 'removed': return `slot of ${actor}`;
    default: return freedom(supervisor) === 'none' ? `below ${supervisor}` : actor;
  }
}

/** Those that are killed together, or lost, each on its host, end in any order. */
function withSuddenEndsInOrder(facts: readonly Fact[]): readonly Fact[] {
  const ordered: Fact[] = [];
  let sudden: Fact[] = [];
  const flush = (): void => {
    ordered.push(...sudden.toSorted((a, b) => a.actor < b.actor ? -1 : 1));
    sudden = [];
  };
  for (const fact of facts) {
    const isSudden = fact.what === 'ended' && (fact.reason === 'killed' || fact.reason === 'host_down');
    if (!isSudden || (sudden.length > 0 && sudden[0]?.at !== fact.at)) flush();
    (isSudden ? sudden : ordered).push(fact);
  }
  flush();
  return ordered;
}

export function textOf({ at, actor, what, ...rest }: Fact): string {
  return `${at} ${actor} ${what} ${JSON.stringify(rest)}`;
}
