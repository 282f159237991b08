import type { TestKit, TestKitOptions } from './test-kit.ts';
import { addSeed } from './add-seed.ts';
import { invalidOption } from '../core/errors.ts';
import { testKit } from './test-kit.ts';

/** Which simulations are run. */
export interface SimulateOptions extends TestKitOptions {
  /** With how many seeds: `seed`, `seed + 1`, and so on. Default 100. */
  runs?: number;
}

/**
 * Runs `scenario` with many seeds, one after the other, each in a kit of its own. What one of them throws says with which
 * seed, and at which step.
 *
 * @throws {TypeError | RangeError} (as a rejection) An option isn't what it should be.
 * @example
 * await simulate({ runs: 20, faults: { crashes: 0.01 } }, async (kit) => {
 *   const app = await kit.run(supervisor({ children: { visits: child(Counter, { input: { start: 0 }, host: 'thread' }) } }));
 *   const added = await kit.clock.until(app.children.visits.ask.increment(5)).catch(() => undefined);
 *   if (added !== undefined && added !== 5) throw new Error(`expected 5, got ${added}`);
 * });
 */
export async function simulate(options: SimulateOptions, scenario: (kit: TestKit) => Promise<void>): Promise<void> {
  const { runs = 100, seed: first = 1, ...rest } = options;
  if (!Number.isSafeInteger(runs) || runs < 1) throw invalidOption('runs', runs, 'a whole number >= 1');
  for (let seed = first; seed < first + runs; seed++) await simulateOnce({ ...rest, seed }, scenario);
}

/** One fault at each step of a scenario, in turn. */
export interface EveryStepOptions extends Omit<TestKitOptions, 'faults'> {
  /** The path of the actor that crashes. */
  crash?: string;
  /** The path of the actor whose host is lost. */
  loseHost?: string;
}

/**
 * Runs `scenario` again and again, each time with the fault at the next step, until it is over before that step. Where the
 * actor doesn't run at that step, nothing fails. Resolves with the number of runs.
 *
 * @throws What `scenario` throws, with the seed and the step.
 * @example
 * const runs = await simulateEveryStep({ crash: 'visits' }, async (kit) => {
 *   const visits = await kit.spawn(Counter, { input: { start: 0 }, name: 'visits' });
 *   await kit.clock.until(visits.ask.increment(5)).catch(() => undefined);
 * });
 */
export async function simulateEveryStep(
  { crash, loseHost, ...options }: EveryStepOptions, scenario: (kit: TestKit) => Promise<void>,
): Promise<number> {
  const target = { ...crash === undefined ? {} : { crash }, ...loseHost === undefined ? {} : { loseHost } };
  for (let step = 0; ; step++) {
    const steps = await simulateOnce({ ...options, faults: { at: { step, ...target } } }, scenario);
    if (steps <= step) return step + 1;
  }
}

/** Resolves with the number of steps that it took. */
async function simulateOnce(options: TestKitOptions, scenario: (kit: TestKit) => Promise<void>): Promise<number> {
  const kit = await testKit(options);
  const told = (error: unknown): unknown => (
    addSeed(error, { seed: kit.seed, faultStep: options.faults?.at?.step, lines: kit.trace.length })
  );
  try {
    await scenario(kit);
  } catch (error) {
    // Its end is of no interest any more.
    await kit[Symbol.asyncDispose]().catch(() => undefined);
    throw told(error);
  }
  try {
    await kit[Symbol.asyncDispose]();
  } catch (error) {
    throw told(error);
  }
  return kit.steps;
}
