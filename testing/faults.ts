import type { Simulation } from './simulation.ts';
import type { Step } from './world.ts';
import { checkFields } from '../core/options.ts';
import { invalidOption } from '../core/errors.ts';

/** What a kit makes fail. Every fault is a step of the trace. */
export interface FaultOptions {
  /** How likely it is, at each step, that some actor crashes: from 0 to 1. Default 0. */
  crashes?: number;
  /** How likely it is, at each step, that some host is lost: from 0 to 1. Default 0. */
  losses?: number;
  /** One fault, at this step or the first one after it at which the actor with this path runs: its crash, or the loss of its host. */
  at?: { readonly step: number; readonly crash?: string; readonly loseHost?: string };
}

/** @throws {TypeError} */
export function checkFaults(options: FaultOptions): FaultOptions {
  const { crashes = 0, losses = 0, at } = checkFields(options, 'the faults of testKit()', FIELDS) as FaultOptions;
  for (const [name, chance] of Object.entries({ crashes, losses })) {
    if (typeof chance !== 'number' || !(chance >= 0 && chance <= 1)) throw invalidOption(`faults.${name}`, chance, 'a number from 0 to 1');
  }
  if (at !== undefined) checkFields(at, 'faults.at', AT_FIELDS);
  return options;
}

const FIELDS: ReadonlySet<string> = new Set(['crashes', 'losses', 'at']);
const AT_FIELDS: ReadonlySet<string> = new Set(['step', 'crash', 'loseHost']);

/** The faults of one simulation. */
export class Faults {
  readonly #simulation: Simulation;
  readonly #plan: FaultOptions;
  /** Whether the one fault has happened. */
  #isOver = false;

  constructor(simulation: Simulation, plan: FaultOptions) {
    this.#simulation = simulation;
    this.#plan = plan;
  }

  /** What fails before step `step`, if something does. */
  before(step: number): Step | undefined {
    const { crashes = 0, losses = 0, at } = this.#plan;
    const { random } = this.#simulation.world;
    if (at !== undefined && step >= at.step && !this.#isOver) {
      const fault = this.#oneOf(at);
      if (fault === undefined) return undefined;
      this.#isOver = true;
      this.#simulation.faultedAt = step;
      return fault;
    }
    if (crashes > 0 && random.next() < crashes) return this.#pick()?.crash();
    if (losses > 0 && random.next() < losses) return this.#pick()?.loseHost();
    return undefined;
  }

  #oneOf({ crash, loseHost }: Required<FaultOptions>['at']): Step | undefined {
    const { victims } = this.#simulation;
    return victims.find(({ path }) => path === crash)?.crash() ?? victims.find(({ path }) => path === loseHost)?.loseHost();
  }

  #pick(): ReturnType<Simulation['find']> {
    const { victims, world } = this.#simulation;
    return victims.length === 0 ? undefined : victims[world.random.below(victims.length)];
  }
}
