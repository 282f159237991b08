// expect: Type '(ctx: ActorContext<{ sizes: Map<string, number>; }>, path: string) => { path: string; size: Promise<number>; }' is not assignable to type '((ctx: ActorContext<{ sizes: Map<string, number>; }>, path: string) => { path: string; size: Promise<number>; }) & "result of 'stat'.size: a promise cannot leave its thread (await it first)"'.
// expect:   Type '(ctx: ActorContext<{ sizes: Map<string, number>; }>, path: string) => { path: string; size: Promise<number>; }' is not assignable to type '"result of 'stat'.size: a promise cannot leave its thread (await it first)"'.
import { actor } from '../../../index.ts';

export const Files = actor(import.meta, {
  init: () => ({ sizes: new Map<string, number>() }),
  handlers: {
    stat: (ctx, path: string) => ({ path, size: Promise.resolve(ctx.state.sizes.get(path) ?? 0) }),
  },
});
