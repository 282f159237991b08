import type { Backoff } from '../core/backoff.ts';
import type { ChildKind, SupervisorPlan } from './plan.ts';
import type { Definition } from '../core/definition.ts';
import type { Duration } from '../core/duration.ts';
import type { HostKind } from '../core/spawn-options.ts';
import type { HostOptions } from '../core/host-options.ts';
import type { HostSet } from '../core/host-set.ts';
import type { Intensity } from '../core/restart-intensity.ts';
import type { Place } from '../core/place.ts';
import type { SupervisorInput } from './supervisor.ts';
import { DEFAULT_BACKOFF } from '../core/backoff.ts';
import { HOST_OPTIONS } from '../core/host-options.ts';
import { LOCAL_SUPERVISOR, MOVABLE_SUPERVISOR } from './supervisor-actor.ts';
import { PATIENT, checkIntensity } from '../core/restart-intensity.ts';
import { checkPlace } from '../core/place.ts';
import { invalidOption } from '../core/errors.ts';
import { movableInput } from './movable-plan.ts';

/** What supervisors of both kinds are given. */
export interface RestartOptions {
  /**
   * How many restarts in how long before it gives up and ends with the reason `intensity`. Default 10 within 60 s, with
   * `backoff: false` 3 within 5 s.
   */
  intensity?: { restarts: number; within: Duration };
  /** `false` restarts at once, always. Default: at once, then after a growing, random delay. */
  backoff?: false;
}

/** Without backoff: OTP's and Elixir's way, where every retry is immediate. */
const OTP_LIKE = { restarts: 3, within: '5s' } as const;

/** @throws {TypeError | RangeError} An option isn't what it should be. */
export function checkRestartOptions({ intensity, backoff }: RestartOptions): { intensity: Intensity; backoff: Backoff | false } {
  if (backoff !== undefined && (backoff as unknown) !== false) throw invalidOption('backoff', backoff, 'false, or nothing');
  const given = intensity ?? (backoff === undefined ? PATIENT : OTP_LIKE);
  return { intensity: checkIntensity(given, 'a supervisor'), backoff: backoff ?? DEFAULT_BACKOFF };
}

/** Where a supervisor itself lives. */
export interface SupervisorHost<H> extends HostOptions {
  /**
   * Its `local` children live there, too. On another host than its parent's, all definitions below it must be made with
   * `import.meta`, and their inputs be plain data. Default `'local'`: its parent's own host.
   */
  host?: H;
}

export type AnyHost = HostKind | HostSet;

/** A supervisor of either kind as it was described, checked: what `supervisor()` and `dynamicSupervisor()` return. */
export class TreeSpec {
  readonly kind: Exclude<ChildKind, 'worker'>;
  readonly name: string | undefined;
  readonly plan: SupervisorPlan;
  readonly place: Place;
  /** Its host, as `spawn` takes it. */
  readonly host: SupervisorHost<AnyHost>;

  /** @throws {TypeError | RangeError | ActorError} It can't be where it is to live. */
  constructor(kind: TreeSpec['kind'], name: string | undefined, plan: SupervisorPlan, host: SupervisorHost<AnyHost>) {
    if (name !== undefined && (typeof name !== 'string' || name === '' || name.includes('/'))) {
      throw invalidOption('name of a supervisor', name, 'a text without "/"');
    }
    this.kind = kind;
    this.name = name;
    this.plan = plan;
    const given = HOST_OPTIONS.map((option) => [option, host[option]] as const).filter(([, value]) => value !== undefined);
    this.host = { host: host.host ?? 'local', ...Object.fromEntries(given) };
    this.place = checkPlace(MOVABLE_SUPERVISOR, this.host.host, this.host);
    // What can't go there is refused before anything is started.
    if (this.isMovable) this.input(Infinity);
  }

  get isMovable(): boolean { return this.place.kind !== 'local'; }

  get definition(): Definition { return this.isMovable ? MOVABLE_SUPERVISOR : LOCAL_SUPERVISOR; }

  input(graceMs: number): SupervisorInput {
    const input = { plan: this.plan, graceMs };
    return this.isMovable ? movableInput(input) : input;
  }
}
