import type { Command, Fact, Trace } from './plan.ts';
import { Cast, pathsOf } from './plan.ts';
import type { Freedom } from './compare.ts';
import { PossibleRuns } from './possible-runs.ts';
import { RealRun } from './real-run.ts';
import { Sighting, textOf } from './compare.ts';

/** What both sources of chance say. */
const CHANCE = 0.5;

/** Does a trace to the model and to the real supervisor. @throws When they differ, with where they did. */
export async function check(run: number, { tree, commands }: Trace): Promise<void> {
  const cast = new Cast(tree);
  const model = new PossibleRuns(tree, CHANCE);
  const real = new RealRun(run, tree, CHANCE);
  const freedom = freedomOf(tree);
  const past: { readonly deed: Command | 'start'; readonly facts: readonly Fact[] }[] = [];
  const compare = (deed: Command | 'start', actual: readonly Fact[]): void => {
    const ordered = deed === 'start' ? deed : inOrder(deed, actual, cast);
    const found = model.step(ordered, new Sighting(actual, freedom));
    past.push({ deed: ordered, facts: actual });
    if (found === undefined && real.broken.length === 0) return;
    const story = past.flatMap(({ deed: each, facts }) => [JSON.stringify(each), ...facts.map((fact) => `    ${textOf(fact)}`)]);
    throw new Error([...story, ...real.broken, found ?? ''].join('\n'));
  };
  try {
    compare('start', await real.start());
    for (const command of commands) {
      const up = new Set(model.up);
      compare(command, await real.apply(command, (path) => up.has(path)));
    }
  } finally {
    await real.end();
  }
  if (real.broken.length > 0) throw new Error(real.broken.join('\n'));
}

function freedomOf(tree: Trace['tree']): (supervisor: string) => Freedom {
  const free = new Map<string, Freedom>();
  for (const { path, plan } of pathsOf(tree)) {
    if (plan.kind === 'dynamic') free.set(path, 'all');
    else if (plan.kind === 'supervisor' && (plan.strategy === 'one_for_one' || plan.start === 'parallel')) free.set(path, 'but stops');
  }
  return (path) => free.get(path) ?? 'none';
}

/** Of several deaths in one step, which came first is the scheduler's choice: the model takes over the real order. */
function inOrder(command: Command, actual: readonly Fact[], cast: Cast): Command {
  if (command.type !== 'die') return command;
  const ended = actual.filter(({ what }) => what === 'ended').map(({ actor }) => actor);
  const rank = ({ worker }: { worker: number }): number => {
    const place = ended.indexOf(cast.worker(worker));
    return place === -1 ? ended.length : place;
  };
  return { ...command, deaths: command.deaths.toSorted((a, b) => rank(a) - rank(b)) };
}
