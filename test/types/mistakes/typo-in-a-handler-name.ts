// expect: Property 'incremnt' does not exist on type 'Ask<ApiOf<{ increment(ctx: ActorContext<{ n: number; }>, by?: number): number; watch(ctx: ActorContext<{ n: number; }>, every: number): AsyncGenerator<number, never, unknown>; }>>'. Did you mean 'increment'?
import { spawn } from '../../../index.ts';
import { Counter } from '../counter.ts';

const counter = await spawn(Counter, { input: { start: 0 } });
await counter.ask.incremnt(5);
