import type { Command, Fact, Trace } from './plan.ts';
import { Cast, pathsOf } from './plan.ts';
import { RealRun } from './real-run.ts';
import { SupervisorModel } from './supervisor-model.ts';
import { difference, textOf } from './compare.ts';

/** What both sources of chance say. */
const CHANCE = 0.5;

/** Does a trace to the model and to the real supervisor. @throws When they differ, with where they did. */
export async function check(run: number, { tree, commands }: Trace): Promise<void> {
  const model = new SupervisorModel(tree, CHANCE);
  const real = new RealRun(run, tree, CHANCE);
  const free = new Set(pathsOf(tree).filter(({ plan }) => plan.kind === 'supervisor' && (plan.strategy === 'one_for_one' || plan.start === 'parallel'))
    .map(({ path }) => path));
  const cast = new Cast(tree);
  const past: string[] = [];
  const compare = (what: string, expected: readonly Fact[], actual: readonly Fact[]): void => {
    past.push(what);
    const found = difference(expected, actual, (path) => free.has(path));
    if (found !== undefined) throw new Error(`${past.join('\n')}\n${found}\n  all of it:\n${actual.map((fact) => `    ${textOf(fact)}`).join('\n')}`);
    past.push(...actual.map((fact) => `    ${textOf(fact)}`));
  };
  try {
    compare('start', model.start(), await real.start());
    for (const command of commands) {
      const up = new Set(model.upPaths());
      const actual = await real.apply(command, (path) => up.has(path));
      compare(JSON.stringify(command), model.apply(inOrder(command, actual, cast)), actual);
    }
  } finally {
    await real.end();
  }
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
