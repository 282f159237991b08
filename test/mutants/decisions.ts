/** A file with decisions in it; its other functions only check options. */
export interface DecisionFile {
  readonly path: string;
  readonly functions: readonly string[];
}

export const DECISIONS: readonly DecisionFile[] = [
  { path: 'core/backoff.ts', functions: ['restartDelayMs'] },
  { path: 'core/exit-reason.ts', functions: ['isAbnormal'] },
  { path: 'core/restart.ts', functions: ['shouldRestart'] },
  { path: 'core/restart-intensity.ts', functions: ['restartsThatCount', 'addRestart'] },
  { path: 'supervisors/auto-shutdown.ts', functions: ['shutsDown'] },
  { path: 'supervisors/budget.ts', functions: ['spend'] },
  { path: 'supervisors/strategy.ts', functions: ['affectedBy', 'toStop', 'toStart', 'keepsSpec'] },
];

/** The unit tests of the decisions. */
export const DECISION_TESTS: readonly string[] = [
  'test/supervisors/decisions.test.ts', 'test/supervisors/budgets.test.ts', 'test/supervisors/significant.test.ts', 'test/supervisors/strategies.test.ts',
];
