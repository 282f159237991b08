import type { Command, Fact, SupervisorPlan } from './plan.ts';
import { SupervisorModel } from './supervisor-model.ts';

/** More ways than that through one step aren't looked at. */
const MAX_RUNS = 1_000;

/** One way in which the model can go. */
interface Run {
  readonly model: SupervisorModel;
  /** What was chosen, and among how many. */
  readonly choices: readonly Choice[];
}

interface Choice {
  readonly chosen: number;
  readonly among: number;
}

/** What happened to the tree: a start, then commands. */
type Deed = Command | 'start';

/**
 * All that the model allows after what has happened so far: where nothing promises which of two things comes first, it follows
 * both ways, until one of them is refuted.
 */
export class PossibleRuns {
  readonly #tree: SupervisorPlan;
  readonly #chance: number;
  readonly #deeds: Deed[] = [];
  #runs: readonly Run[] = [];

  constructor(tree: SupervisorPlan, chance: number) {
    this.#tree = tree;
    this.#chance = chance;
  }

  /** The actors that are there to be asked, or to die. */
  get up(): readonly string[] { return this.#runs[0]?.model.upPaths() ?? []; }

  /**
   * Goes on in all ways that `refute` finds nothing against.
   *
   * @returns What it found against the first of them, when none is left.
   */
  step(deed: Deed, refute: (facts: readonly Fact[]) => string | undefined): string | undefined {
    const before = this.#deeds.length === 0 ? [[]] : this.#runs.map(({ choices }) => choices);
    const live = this.#runs;
    this.#deeds.push(deed);
    const possible: Run[] = [];
    let refuted: string | undefined;
    let tried = 0;
    before.forEach((past, i) => {
      let next: readonly Choice[] | undefined = past;
      let model = live[i]?.model;
      while (next !== undefined && tried++ < MAX_RUNS) {
        const { run, facts } = this.#try(next, past.length, model);
        model = undefined;
        const found = refute(facts);
        refuted ??= found;
        if (found === undefined) possible.push(run);
        next = following(run.choices, past.length);
      }
    });
    this.#runs = withoutTwins(possible);
    return possible.length === 0 ? refuted : undefined;
  }

  /** The last deed, after `past` and with the choices that follow it; `model` is where `past` led to, when that is at hand. */
  #try(choices: readonly Choice[], past: number, model: SupervisorModel | undefined): { readonly run: Run; readonly facts: readonly Fact[] } {
    const made: Choice[] = choices.slice(0, model === undefined ? 0 : past);
    const choose = (among: number): number => {
      const chosen = choices[made.length]?.chosen ?? 0;
      made.push({ chosen, among });
      return chosen;
    };
    const fresh = model ?? new SupervisorModel(this.#tree, this.#chance);
    fresh.choose = choose;
    let facts: readonly Fact[] = [];
    for (const deed of model === undefined ? this.#deeds : this.#deeds.slice(-1)) facts = deed === 'start' ? fresh.start() : fresh.apply(deed);
    return { run: { model: fresh, choices: made }, facts };
  }
}

/** One of those that go on alike. */
function withoutTwins(runs: readonly Run[]): readonly Run[] {
  return runs.length < 2 ? runs : [...new Map(runs.map((run) => [run.model.snapshot, run])).values()];
}

/** The choices of the next way, with the first `kept` of them as they are; undefined when there is none. */
function following(choices: readonly Choice[], kept: number): readonly Choice[] | undefined {
  for (let i = choices.length - 1; i >= kept; i--) {
    const { chosen, among } = choices[i] ?? { chosen: 0, among: 0 };
    if (chosen + 1 < among) return [...choices.slice(0, i), { chosen: chosen + 1, among }];
  }
  return undefined;
}
