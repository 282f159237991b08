// expect: Type '(_ctx: ActorContext<null>, _held: Held) => void' is not assignable to type '((_ctx: ActorContext<null>, _held: Held) => void) & Fault<[_held: Held], void, "take">'.
// expect:   Type '(_ctx: ActorContext<null>, _held: Held) => void' is not assignable to type '((_ctx: ActorContext<null>, _held: Held) => void) & "argument of 'take'.release: a function cannot leave its thread"'.
// expect:     Type '(_ctx: ActorContext<null>, _held: Held) => void' is not assignable to type '"argument of 'take'.release: a function cannot leave its thread"'.
import { actor, type Held } from '../../../index.ts';

export const Taker = actor(import.meta, { init: () => null, handlers: { take(_ctx, _held: Held): void { /* holds nothing */ } } });
