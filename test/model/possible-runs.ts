import type { Command, Fact, SupervisorPlan } from './plan.ts';
import type { Sighting } from './compare.ts';
import { SupervisorModel } from './supervisor-model.ts';

/** More ways than that through one step aren't looked at. */
const MAX_RUNS = 3_000;

/** What happened to the tree: a start, then commands. */
type Deed = Command | 'start';

interface Step {
  readonly deed: Deed;
  readonly seen: Sighting;
}

/** What was chosen, and among how many. */
interface Choice {
  readonly chosen: number;
  readonly among: number;
}

/** Choices of a run, step by step. */
type Past = readonly (readonly Choice[])[];

/** One way in which the model can go. */
interface Run {
  readonly model: SupervisorModel;
  readonly past: Past;
}

/** Thrown into a model that does what wasn't seen. */
const REFUTED = new Error('refuted');

/**
 * What the model allows after what has been seen so far: where nothing promises which of two things comes first, it goes one
 * way, and comes back for the others when that way is refuted.
 */
export class PossibleRuns {
  readonly #tree: SupervisorPlan;
  readonly #chance: number;
  readonly #steps: Step[] = [];
  #run: Run;

  constructor(tree: SupervisorPlan, chance: number) {
    this.#tree = tree;
    this.#chance = chance;
    this.#run = { model: this.#fresh(), past: [] };
  }

  /** The actors that are there to be asked, or to die. */
  get up(): readonly string[] { return this.#run.model.upPaths(); }

  /**
   * Goes on in a way in which the model does what was seen.
   *
   * @returns What is different in the first way, when there is none.
   */
  step(deed: Deed, seen: Sighting): string | undefined {
    this.#steps.push({ deed, seen });
    const { model, past } = this.#run;
    const first = doTo(model, deed, seen, []);
    if (first.refuted === undefined) {
      this.#run = { model, past: [...past, first.choices] };
      return undefined;
    }
    // The last step's choices are the first to be doubted.
    for (let from = past.length; from >= 0; from--) {
      let runs: readonly Run[] = [{ model, past: past.slice(0, from) }];
      for (let i = from; i < this.#steps.length; i++) runs = this.#allThrough(i, runs);
      const [possible] = runs;
      if (possible === undefined) continue;
      this.#run = possible;
      return undefined;
    }
    return first.refuted;
  }

  /** All ways through a step, after each of these runs. */
  #allThrough(index: number, runs: readonly Run[]): readonly Run[] {
    const possible: Run[] = [];
    let tried = 0;
    for (const { past } of runs) {
      let next: readonly Choice[] | undefined = [];
      while (next !== undefined && tried++ < MAX_RUNS) {
        const model = this.#fresh();
        let refuted: string | undefined;
        let choices: readonly Choice[] = [];
        this.#steps.slice(0, index + 1).forEach(({ deed, seen }, i) => {
          ({ refuted, choices } = doTo(model, deed, seen, i === index ? next ?? [] : past[i] ?? []));
        });
        if (refuted === undefined) possible.push({ model, past: [...past, choices] });
        next = following(choices);
      }
    }
    return withoutTwins(possible);
  }

  #fresh(): SupervisorModel {
    return new SupervisorModel(this.#tree, this.#chance);
  }
}

/** A deed, with choices that follow `choices`, as long as the model does what was seen. */
function doTo(model: SupervisorModel, deed: Deed, seen: Sighting, choices: readonly Choice[]): { readonly choices: readonly Choice[]; readonly refuted: string | undefined } {
  const made: Choice[] = [];
  const facts: Fact[] = [];
  const follow = seen.follow();
  model.choose = (among) => {
    const chosen = choices[made.length]?.chosen ?? 0;
    made.push({ chosen, among });
    return chosen;
  };
  model.tell = (fact) => {
    facts.push(fact);
    if (!follow.next(fact)) throw REFUTED;
  };
  try {
    if (deed === 'start') model.start();
    else model.apply(deed);
  } catch (error) {
    if (error !== REFUTED) throw error;
  }
  return { choices: made, refuted: follow.isOver ? undefined : seen.difference(facts) };
}

/** One of those that go on alike. */
function withoutTwins(runs: readonly Run[]): readonly Run[] {
  return runs.length < 2 ? runs : [...new Map(runs.map((run) => [run.model.snapshot, run])).values()];
}

/** The choices of the next way; undefined when there is none. */
function following(choices: readonly Choice[]): readonly Choice[] | undefined {
  for (let i = choices.length - 1; i >= 0; i--) {
    const { chosen, among } = choices[i] ?? { chosen: 0, among: 0 };
    if (chosen + 1 < among) return [...choices.slice(0, i), { chosen: chosen + 1, among }];
  }
  return undefined;
}
