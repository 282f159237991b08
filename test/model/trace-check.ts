import type { Command, Fact, Trace } from './plan.ts';
import { Cast, pathsOf } from './plan.ts';
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
  const isFree = freeSupervisors(tree);
  const past: { readonly deed: Command | 'start'; readonly facts: readonly Fact[] }[] = [];
  const compare = (deed: Command | 'start', actual: readonly Fact[]): void => {
    const ordered = deed === 'start' ? deed : inOrder(deed, actual, cast);
    const found = model.step(ordered, new Sighting(actual, isFree));
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

/** Those whose children go their own ways: in which order they start and end is open. */
function freeSupervisors(tree: Trace['tree']): (path: string) => boolean {
  const free = new Set<string>();
  for (const { path, plan } of pathsOf(tree)) {
    if (plan.kind === 'supervisor' && (plan.strategy === 'one_for_one' || plan.start === 'parallel')) free.add(path);
  }
  return (path) => free.has(path);
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
