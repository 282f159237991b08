/** Where the decisions are, and what tests them. A file's other functions only check options. */
export interface DecisionFile {
  readonly path: string;
  readonly functions: readonly string[];
}

export const DECISIONS: readonly DecisionFile[] = [
  { path: 'core/backoff.ts', functions: ['restartDelayMs'] },
  { path: 'core/exit-reason.ts', functions: ['isAbnormal'] },
  { path: 'core/restart.ts', functions: ['shouldRestart'] },
  { path: 'core/restart-intensity.ts', functions: ['restartsThatCount', 'addRestart'] },
];

/** The unit tests of the decisions. */
export const DECISION_TESTS: readonly string[] = ['test/supervisors/decisions.test.ts'];
