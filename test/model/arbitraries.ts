import fc from 'fast-check';
import type { Budget, ChildPlan, Command, DynamicPlan, Fault, Place, Plan, SupervisorPlan, Trace, WorkerPlan } from './plan.ts';

/** What a part of the traces is made of: what the world under test can do. */
export interface Range {
  readonly strategies: readonly SupervisorPlan['strategy'][];
  readonly autoShutdowns: readonly SupervisorPlan['autoShutdown'][];
  readonly starts: readonly SupervisorPlan['start'][];
  /** Where actors live. */
  readonly hosts: readonly Place[];
  readonly depth: number;
  readonly hasDynamic: boolean;
  readonly hasAdmin: boolean;
  readonly faults: readonly Fault[];
  readonly hasBudgets: boolean;
  readonly hasKills: boolean;
  /** Whether others than their supervisors stop actors, and nested supervisors have limited time to stop. */
  readonly hasStops: boolean;
  /** Whether several are killed at once. */
  readonly hasMassacres: boolean;
  /** How long stops take. */
  readonly stopMs: readonly number[];
  readonly maxChildren: number;
  readonly maxCommands: number;
  /** How many traces are of this kind, beside the other kinds. */
  readonly weight: number;
}

const SMALL = { maxChildren: 3, maxCommands: 8, weight: 12 } as const;
/** Most of what goes wrong takes little; some of it doesn't. */
const SIZES: readonly Pick<Range, 'maxChildren' | 'maxCommands' | 'weight'>[] = [
  SMALL, { maxChildren: 3, maxCommands: 14, weight: 3 }, { maxChildren: 5, maxCommands: 30, weight: 1 },
];

const EVERYTHING: Omit<Range, 'maxChildren' | 'maxCommands' | 'weight'> = {
  strategies: ['one_for_one', 'one_for_all', 'rest_for_one'],
  autoShutdowns: ['never', 'any_significant', 'all_significant'],
  starts: ['sequential', 'parallel'],
  hosts: ['local'],
  depth: 3,
  hasDynamic: false,
  hasAdmin: true,
  faults: ['fails', 'hangs', 'ignores'],
  hasBudgets: true,
  hasKills: true,
  hasStops: true,
  hasMassacres: true,
  stopMs: [0, 0, 7, 43, 211],
};

/**
 * All that is compared. What is asked of a supervisor while it stops children isn't: OTP's answers nobody then, and what
 * becomes of requests that change the children meanwhile is written nowhere.
 */
const KINDS = [{ ...EVERYTHING, hasAdmin: false }, { ...EVERYTHING, stopMs: [0] }] as const;

export const RANGES: readonly Range[] = KINDS.flatMap((kind) => SIZES.map((size) => ({ ...kind, ...size })));

/** The same, of the smallest. */
export const SHORT: readonly Range[] = KINDS.map((kind) => ({ ...kind, ...SMALL }));

/** No start hangs. */
export const CALM: readonly Range[] = KINDS.map((kind) => ({
  ...kind, faults: ['fails', 'ignores'], maxChildren: 5, maxCommands: 20, weight: 1,
}));

/** With hosts that are lost: how far two of them have come at a moment is anybody's guess, so one thing happens at a time. */
export const HOSTED: readonly Range[] = CALM.map((range) => ({
  ...range, hosts: ['local', 'local', 'thread', 'process'], hasMassacres: false, maxChildren: 4, maxCommands: 15,
}));

/** With dynamic supervisors. */
export const DYNAMIC: readonly Range[] = [...CALM, ...HOSTED].map((range) => ({
  ...range, hasDynamic: true, depth: 2, maxChildren: 2, maxCommands: 30,
}));

/** Everything; four traces of five are of the first kind. */
export const ALL: readonly Range[] = [...RANGES, ...HOSTED.map((range) => ({ ...range, weight: 4 })), ...DYNAMIC];

const restart = fc.constantFrom('permanent', 'permanent', 'transient', 'temporary');
const budget: fc.Arbitrary<Budget> = fc.record({
  restarts: fc.nat(4),
  withinMs: fc.constantFrom(10, 100, 101, 250, 500, 1_000),
});
const limits = { shutdown: [100, 17, 'kill', 'infinity'], startMs: [1_003, 31] } as const;
/** What falls due at the same moment may come in any order: so little does. Fractions of two add up without an error. */
const fraction = fc.nat(1_023).map((n) => n / 1_024);

/** Significant children are of no use to a supervisor that never shuts down, and can't be permanent. */
function worker(range: Range, isAuto: boolean): fc.Arbitrary<WorkerPlan> {
  return fc.record({
    kind: fc.constant('worker'),
    host: fc.constantFrom(...range.hosts),
    restart,
    isSignificant: fc.boolean(),
    shutdown: fc.constantFrom(...limits.shutdown),
    budget: range.hasBudgets ? fc.option(budget, { nil: undefined, freq: 8 }) : fc.constant(undefined),
    startMs: fc.constantFrom(...limits.startMs),
    stopMs: fc.constantFrom(...range.stopMs),
    fraction,
  }).map(({ fraction: more, ...plan }) => ({
    ...plan,
    isSignificant: isAuto && plan.isSignificant && plan.restart !== 'permanent',
    shutdown: typeof plan.shutdown === 'number' ? plan.shutdown + more : plan.shutdown,
    startMs: plan.startMs + more,
    stopMs: plan.stopMs === 0 ? 0 : plan.stopMs + more,
  }));
}

function tree(range: Range, depth: number, isAuto: boolean): fc.Arbitrary<SupervisorPlan> {
  // How far those have come that end for another reason at the same time is anybody's guess.
  const isKillable = range.hasStops && !range.hasMassacres;
  return fc.record({
    autoShutdown: fc.constantFrom(...range.autoShutdowns),
    strategy: fc.constantFrom(...range.strategies),
    intensity: budget,
    hasBackoff: fc.boolean(),
    start: fc.constantFrom(...range.starts),
    host: fc.constantFrom(...range.hosts),
    restart,
    isSignificant: fc.boolean(),
    shutdown: fc.constantFrom<ChildPlan['shutdown'][]>(
      'infinity', ...range.hasStops ? [100, 17, 'infinity' as const] : [], ...isKillable ? ['kill' as const] : [],
    ),
    fraction,
  }).chain(({ fraction: more, ...flags }) => {
    const isAutoHere = flags.autoShutdown !== 'never';
    const leaf: fc.Arbitrary<Plan> = worker(range, isAutoHere);
    const child = fc.oneof(
      { weight: 3, arbitrary: leaf }, ...depth <= 1 ? [] : [{ weight: 1, arbitrary: tree(range, depth - 1, isAutoHere) }],
      ...range.hasDynamic ? [{ weight: 5, arbitrary: dynamic(range, isAutoHere) }] : [],
    );
    return fc.array(child, { minLength: 1, maxLength: range.maxChildren }).map((children): SupervisorPlan => ({
      kind: 'supervisor', budget: undefined, ...flags, children,
      shutdown: typeof flags.shutdown === 'number' ? flags.shutdown + more : flags.shutdown,
      // How far each of several trees, or hosts, has come when another one fails is anybody's guess.
      start: children.every(({ kind, host }) => kind === 'worker' && host === 'local') ? flags.start : 'sequential',
      isSignificant: isAuto && flags.isSignificant && flags.restart !== 'permanent',
    }));
  });
}

function dynamic(range: Range, isAuto: boolean): fc.Arbitrary<DynamicPlan> {
  return fc.constantFrom(...range.autoShutdowns).chain((autoShutdown) => fc.record({
    kind: fc.constant('dynamic'),
    autoShutdown: fc.constant(autoShutdown),
    intensity: budget,
    hasBackoff: fc.boolean(),
    host: fc.constantFrom(...range.hosts),
    restart,
    isSignificant: fc.boolean(),
    shutdown: fc.constant('infinity'),
    budget: fc.constant(undefined),
    maxChildren: fc.integer({ min: 1, max: 4 }),
    child: worker(range, autoShutdown !== 'never'),
  })).map((plan) => ({ ...plan, isSignificant: isAuto && plan.isSignificant && plan.restart !== 'permanent' }));
}

const number = fc.nat(59);

function command(range: Range): fc.Arbitrary<Command> {
  const death = fc.record({ worker: number, how: fc.constantFrom('crash', 'crash', 'end', 'kill', ...range.hasStops ? ['stop'] : []) });
  const deaths = fc.array(fc.record({ worker: number, how: fc.constant('kill') }), { minLength: 2, maxLength: 3 });
  const die = fc.record({ type: fc.constant('die'), deaths: fc.oneof(fc.tuple(death), ...range.hasMassacres ? [deaths] : []) });
  const advance = fc.record({ type: fc.constant('advance'), ms: fc.constantFrom(1, 9, 10, 11, 25, 60, 100, 250, 499, 1_000, 5_000) });
  const killed = fc.record({ type: fc.constantFrom('kill_supervisor', ...range.hasStops ? ['stop_supervisor'] : []), supervisor: number });
  const one = fc.record({ type: fc.constant('start_one'), supervisor: number });
  const lost = fc.record({ type: fc.constant('lose_host'), actor: number });
  const fault = fc.record({
    type: fc.constant('fault'), worker: number, faults: fc.array(fc.constantFrom(...range.faults), { minLength: 1, maxLength: 3 }),
  });
  const ofChild = fc.record({
    type: fc.constantFrom('terminate_child', 'restart_child', 'delete_child', 'child_spec'), actor: number,
  });
  const all = fc.record({ type: fc.constantFrom('which_children', 'count_children'), supervisor: number });
  // On this host: how far one elsewhere has come in a parallel round is anybody's guess, too.
  const added = fc.record({
    type: fc.constant('start_child'), supervisor: number, key: fc.constantFrom('a', 'c', 'x', 'y'), plan: worker({ ...range, hosts: ['local'] }, false),
  });
  const talk = fc.record({ type: fc.constant('talk'), worker: number, count: fc.integer({ min: 1, max: 4 }) });
  const always = [
    { weight: 2, arbitrary: talk },
    { weight: 8, arbitrary: die }, { weight: 6, arbitrary: advance }, { weight: 4, arbitrary: fault },
    ...range.hasKills ? [{ weight: 1, arbitrary: killed }] : [],
    ...range.hasDynamic ? [{ weight: 12, arbitrary: one }] : [],
    ...range.hosts.some((host) => host !== 'local') ? [{ weight: 4, arbitrary: lost }] : [],
    { weight: 1, arbitrary: fc.constant({ type: 'stop' } as const) },
  ];
  const admin = [{ weight: 5, arbitrary: ofChild }, { weight: 2, arbitrary: all }, { weight: 1, arbitrary: added }];
  return fc.oneof(...always, ...range.hasAdmin ? admin : []) as fc.Arbitrary<Command>;
}

/** Trees, and what is done to them. */
export function traces(range: Range): fc.Arbitrary<Trace> {
  const root = tree(range, range.depth, false).map((plan): SupervisorPlan => ({ ...plan, restart: 'permanent', host: 'local' }));
  return fc.record({ tree: root, commands: fc.array(command(range), { minLength: 3, maxLength: range.maxCommands, size: 'max' }) });
}
