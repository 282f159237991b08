import fc from 'fast-check';
import type { Range } from './arbitraries.ts';
import { RANGES, traces } from './arbitraries.ts';
import { check } from './trace-check.ts';

/** The machine may have other things to do. */
const LIMIT_MS = 3_600_000;

/**
 * What is wrong with one of the traces of a seed: the seed, the shortest trace that shows it, and where it shows.
 *
 * @param limitMs For the traces, and the search for the shortest that fails.
 */
export async function findDivergence(seed: number, count: number, ranges: readonly Range[] = RANGES, limitMs = LIMIT_MS): Promise<string | undefined> {
  let last = 0;
  // Crashes are what this is about; where they come from is known.
  Error.stackTraceLimit = 0;
  const property = fc.asyncProperty(fc.oneof(...ranges.map((range) => ({ weight: range.weight, arbitrary: traces(range) }))), (trace) => check(++last, trace));
  const result = await fc.check(property, { seed, numRuns: count, interruptAfterTimeLimit: limitMs, markInterruptAsFailure: true });
  if (!result.failed) return undefined;
  const [trace] = result.counterexample ?? [];
  const error = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  return `seed ${seed}, trace ${result.numRuns} of ${count}, shrunk ${result.numShrinks} times:\n${JSON.stringify(trace)}\n${error}`;
}
