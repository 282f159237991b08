// expect: Type '(ctx: ActorContext<{ kinds: string[]; }>, files: { name: string; kind: symbol; }[]) => void' is not assignable to type '((ctx: ActorContext<{ kinds: string[]; }>, files: { name: string; kind: symbol; }[]) => void) & "argument of 'add'[].kind: a symbol cannot leave its thread"'.
// expect:   Type '(ctx: ActorContext<{ kinds: string[]; }>, files: { name: string; kind: symbol; }[]) => void' is not assignable to type '"argument of 'add'[].kind: a symbol cannot leave its thread"'.
import { actor } from '../../../index.ts';

export const Files = actor(import.meta, {
  init: () => ({ kinds: [] as string[] }),
  handlers: {
    add(ctx, files: { name: string; kind: symbol }[]) { ctx.state.kinds.push(...files.map(({ name }) => name)); },
  },
});
