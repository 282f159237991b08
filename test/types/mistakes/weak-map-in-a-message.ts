// expect: Type '(ctx: ActorContext<{ hits: number; }>, entries: WeakMap<object, string>) => void' is not assignable to type '((ctx: ActorContext<{ hits: number; }>, entries: WeakMap<object, string>) => void) & "argument of 'fill': a weak collection cannot leave its thread"'.
// expect:   Type '(ctx: ActorContext<{ hits: number; }>, entries: WeakMap<object, string>) => void' is not assignable to type '"argument of 'fill': a weak collection cannot leave its thread"'.
import { actor } from '../../../index.ts';

export const Cache = actor(import.meta, {
  init: () => ({ hits: 0 }),
  handlers: {
    fill(ctx, entries: WeakMap<object, string>) { ctx.state.hits += entries.has({}) ? 1 : 0; },
  },
});
