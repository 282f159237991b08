// expect: Argument of type 'ActorHandle<ApiOf<{ ping: () => number; }>>' is not assignable to parameter of type 'ActorRef<ApiOf<{ increment(ctx: ActorContext<{ n: number; }>, by?: number): number; watch(ctx: ActorContext<{ n: number; }>, every: number): AsyncGenerator<number, never, unknown>; }>>'.
// expect:   Types of property 'ask' are incompatible.
// expect:     Type 'Ask<ApiOf<{ ping: () => number; }>>' is missing the following properties from type 'Ask<ApiOf<{ increment(ctx: ActorContext<{ n: number; }>, by?: number): number; watch(ctx: ActorContext<{ n: number; }>, every: number): AsyncGenerator<number, never, unknown>; }>>': increment, watch
import { actor, createSystem, spawn } from '../../../index.ts';
import { Counter } from '../counter.ts';

const Idle = actor(import.meta, { init: () => ({}), handlers: { ping: () => 1 } });
export const joined = createSystem().group(Counter, 'counters').join(await spawn(Idle));
