import type { ActorContext, InitContext } from '../core/context.ts';
import type { ActorDefinition } from '../core/actor.ts';
import type { ActorRef, ApiOf } from '../core/actor-ref.ts';
import type { Duration } from '../core/duration.ts';
import type { PickCopy } from './pool-of/copies.ts';
import type { RouterStart } from '../core/router.ts';
import type { Where } from '../core/definition.ts';
import { Copies } from './pool-of/copies.ts';
import { PATIENT, checkIntensity } from '../core/restart-intensity.ts';
import { availableParallelism } from 'node:os';
import { checkCount } from './pool/limits.ts';
import { checkFields, checkLiteral } from '../core/options.ts';
import { router } from '../core/router.ts';

/** How many copies there are, and which of them gets what. */
export interface PoolOfOptions {
  /** Default: as many as the machine runs at once. */
  size?: number;
  /**
   * `'least_busy'`: the one with the fewest asks and streams; among equals in turn. `'round_robin'`: in turn. A function: always the same one
   * for the same number, also while that one is being started again. Default `'least_busy'`.
   */
  pick?: 'least_busy' | 'round_robin' | PickCopy;
  /** How often copies are started again before all of it crashes. Default 10 times within 60 s. */
  intensity?: { restarts: number; within: Duration };
}

/**
 * Makes many actors of one: a definition with the same input and the same handlers, streams included, whose actor passes each message on
 * to one of `size` copies. `host`, `memory` and the like, given to `spawn` or `child`, are for each copy; what passes messages on lives
 * where it is started from. Order is kept for each copy, not among them.
 *
 * A copy that ends is started again: what it was doing rejects, the others go on. Copies end with the actor that stands for them.
 *
 * @throws {TypeError | RangeError} An option isn't what it should be.
 * @example
 * await using counters = await spawn(poolOf(Counter, { size: 2 }), { input: { start: 0 }, host: 'thread' });
 * const values = await Promise.all([counters.ask.increment(), counters.ask.increment()]); // [1, 1]
 */
export function poolOf<I, H>(definition: ActorDefinition<I, H, Where>, options: PoolOfOptions = {}): ActorDefinition<I, H, 'anywhere'> {
  const { size = availableParallelism(), pick = 'least_busy', intensity = PATIENT } = checkFields(options, 'the options of poolOf()', OPTIONS) as PoolOfOptions;
  if (typeof pick !== 'function') checkLiteral(pick, 'pick', ['least_busy', 'round_robin']);
  const plan = { size: checkCount(size, 'size', 1), pick, intensity: checkIntensity(intensity, 'a pool of actors') };
  type Api = ApiOf<H> & object;
  return router<I, H, Copies<Api>>(definition, {
    init: ({ input, options: place }: RouterStart<I>, ctx: InitContext) => {
      const start = (): Promise<ActorRef<Api>> => ctx.spawn(definition as ActorDefinition<unknown, H, 'anywhere'>, { input, ...place } as never);
      return new Copies<Api>({ ...plan, start }, ctx).start();
    },
    route: ({ state }: ActorContext<Copies<Api>>, handler, args) => state.next(handler, args),
    settled: ({ state }: ActorContext<Copies<Api>>, ref) => state.settled(ref),
    signals: { down: ({ state }, { ref, reason }) => state.down(ref, reason) },
  });
}

const OPTIONS: ReadonlySet<string> = new Set(['size', 'pick', 'intensity']);
