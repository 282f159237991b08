/** One question: two ways of doing the same, measured in turn. Higher is better. */
export interface Question {
  readonly name: string;
  readonly unit: string;
  /** The least that the median ratio should be; without one it is but told. */
  readonly goal?: number;
  /** Where the time goes, as far as it is known, if that is more. */
  readonly why?: string;
  readonly ours: () => Promise<number>;
  readonly theirs: () => Promise<number>;
}

export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly theirs: number;
  /** Median of the pairs' ratios, ours to theirs. */
  readonly ratio: number;
  /** The same, ours to ours: how far a ratio may be off by chance. */
  readonly spread: readonly [low: number, high: number];
  readonly goal: number | undefined;
  readonly why: string | undefined;
  readonly verdict: 'met' | 'missed' | 'not resolved' | 'no goal';
}

const PAIRS = 15;
/** Rounds before: what is measured is code that the compiler has finished with. */
const WARM_UP = 8;
/** A goal counts as met within this factor. */
const TOLERANCE = 1.05;

/** Measures both sides in turn, `PAIRS` times, and ours against itself as often. */
export async function compare({ name, unit, goal, why, ours, theirs }: Question): Promise<Result> {
  for (let round = 0; round < WARM_UP; round++) {
    await ours();
    await theirs();
  }
  const own: number[] = [];
  const other: number[] = [];
  const ratios: number[] = [];
  const selfRatios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const first = await ours();
    const reference = await theirs();
    const second = await ours();
    own.push(first);
    other.push(reference);
    ratios.push(first / reference);
    selfRatios.push(first / second);
  }
  const ratio = median(ratios);
  const spread = [quantile(selfRatios, 0.25), quantile(selfRatios, 0.75)] as const;
  return { name, unit, ours: median(own), theirs: median(other), ratio, spread, goal, why, verdict: verdict(ratio, goal, spread) };
}

function verdict(ratio: number, goal: number | undefined, spread: Result['spread']): Result['verdict'] {
  if (goal === undefined) return 'no goal';
  const margin = Math.max(ratio / goal, goal / ratio);
  const isResolved = Math.max(1 / spread[0], spread[1]) <= Math.max(margin, TOLERANCE);
  if (!isResolved) return 'not resolved';
  return ratio * TOLERANCE >= goal ? 'met' : 'missed';
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
