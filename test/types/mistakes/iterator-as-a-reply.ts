// expect: Type '(ctx: ActorContext<{ words: Map<string, number>; }>) => MapIterator<string>' is not assignable to type '((ctx: ActorContext<{ words: Map<string, number>; }>) => MapIterator<string>) & Fault<[], MapIterator<string>, "all">'.
// expect:   Type '(ctx: ActorContext<{ words: Map<string, number>; }>) => MapIterator<string>' is not assignable to type '((ctx: ActorContext<{ words: Map<string, number>; }>) => MapIterator<string>) & "result of 'all'.next: a function cannot leave its thread"'.
// expect:     Type '(ctx: ActorContext<{ words: Map<string, number>; }>) => MapIterator<string>' is not assignable to type '"result of 'all'.next: a function cannot leave its thread"'.
import { actor } from '../../../index.ts';

export const Words = actor(import.meta, {
  init: () => ({ words: new Map<string, number>() }),
  handlers: {
    // Only a generator, `*all(ctx)`, can be a stream.
    all: (ctx) => ctx.state.words.keys(),
  },
});
