/** A mutant that no test can find, since it decides the same. */
export interface Survivor {
  readonly path: string;
  readonly function: string;
  /** The line that it is in, as it is. */
  readonly line: string;
  /** The text as it is, and as the mutant has it. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export const SURVIVORS: readonly Survivor[] = [
  {
    path: 'supervisors/budget.ts', function: 'spend',
    line: 'const ofChild = own === undefined ? { times: [], isAllowed: true } : addRestart(own.times, nowMs, own.limit);',
    from: 'true', to: 'false',
    reason: 'a child without a budget of its own is asked for none: the next line looks at `own` first',
  },
  {
    path: 'supervisors/budget.ts', function: 'spend',
    line: ': own !== undefined && !ofChild.isAllowed ? { ...own, times: ofChild.times } : undefined;',
    from: 'own !== undefined && !ofChild.isAllowed', to: '!ofChild.isAllowed',
    reason: 'without a budget of its own everything is allowed to it: the first half is there for the compiler',
  },
  {
    path: 'supervisors/strategy.ts', function: 'affectedBy',
    line: 'case \'rest_for_one\': return children.slice(children.indexOf(failed));',
    from: 'indexOf', to: 'lastIndexOf',
    reason: 'each child is in the list once',
  },
];
