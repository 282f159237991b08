/** A mutant that no test can find, since it decides the same. */
export interface Survivor {
  readonly path: string;
  readonly function: string;
  /** The text as it is, and as the mutant has it. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export const SURVIVORS: readonly Survivor[] = [];
