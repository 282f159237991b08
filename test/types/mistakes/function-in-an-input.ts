// expect: Type '(input: { root: string; onError: (error: Error) => void; }) => { root: string; }' is not assignable to type '"input of init.onError: a function cannot leave its thread" & ((input: { root: string; onError: (error: Error) => void; }, ctx: InitContext) => Promise<{ root: string; }> | { ...; })'.
// expect:   Type '(input: { root: string; onError: (error: Error) => void; }) => { root: string; }' is not assignable to type '"input of init.onError: a function cannot leave its thread"'.
import { actor } from '../../../index.ts';

export const Files = actor(import.meta, {
  init: (input: { root: string; onError: (error: Error) => void }) => ({ root: input.root }),
  handlers: { root: (ctx) => ctx.state.root },
});
