import type { AutoShutdown } from './auto-shutdown.ts';
import type { Backoff } from '../core/backoff.ts';
import type { Definition, DefinitionAddress } from '../core/definition.ts';
import type { Intensity } from '../core/restart-intensity.ts';
import type { Place } from '../core/place.ts';
import type { Restart } from '../core/restart.ts';
import type { Strategy } from './strategy.ts';

export type ChildKind = 'worker' | 'supervisor' | 'dynamic_supervisor';

/** One child, as its supervisor sees it: what the options of `child()` say, checked. */
export interface ChildPlan {
  readonly kind: ChildKind;
  readonly definition: Definition | DefinitionAddress;
  /** Of a supervisor, its own plan. */
  readonly input: unknown;
  readonly place: Place;
  readonly restart: Restart;
  /** 0 kills at once. */
  readonly shutdownMs: number;
  readonly startMs: number;
  readonly isSignificant: boolean;
  /** A budget of its own, beside the one that it shares with the others. */
  readonly intensity: Intensity | undefined;
  /** Registered under this name. */
  readonly name: string | undefined;
}

/**
 * What a supervisor goes by: all that `supervisor()` or `dynamicSupervisor()` was given, checked. Plain data where its
 * definitions are addresses; that is the form in which it goes to another host.
 */
export interface SupervisorPlan {
  readonly strategy: Strategy;
  readonly intensity: Intensity;
  readonly backoff: Backoff | false;
  readonly autoShutdown: AutoShutdown;
  /** Whether children are started all at once. */
  readonly isParallel: boolean;
  /** In start order. */
  readonly children: readonly (readonly [key: string, child: ChildPlan])[];
  /** What a dynamic supervisor's children are all made of, and how many of them there may be. */
  readonly template: { readonly child: ChildPlan; readonly maxChildren: number } | undefined;
}
