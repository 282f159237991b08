import type { ActorRef } from '../../core/actor-ref.ts';
import type { StartContext } from '../../core/context.ts';
import { currentActor } from '../../runtime/current-actor.ts';

/** One line of work of one life of an actor; nobody is the program itself. */
export interface Party {
  readonly ref: ActorRef<object>;
  readonly incarnation: number;
  readonly strand: number;
  /** The actor's path. */
  readonly name: string;
}

/** Whose work the code is that runs now. */
export function currentParty(): Party | undefined {
  return partyOf(currentActor());
}

/** The line of work that a context is of. */
export function partyOf(actor: StartContext | undefined): Party | undefined {
  if (actor === undefined) return undefined;
  const { self, incarnation, strand, name } = actor;
  return { ref: self as unknown as ActorRef<object>, incarnation, strand, name };
}

export function isSame(one: Party | undefined, other: Party | undefined): boolean {
  return one !== undefined && one.ref === other?.ref && one.incarnation === other.incarnation && one.strand === other.strand;
}
