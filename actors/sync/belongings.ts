import type { ActorRef } from '../../core/actor-ref.ts';
import type { Down } from '../../core/signal.ts';
import type { Party } from './party.ts';
import type { StartContext } from '../../core/context.ts';

/** What belongs to somebody. */
interface Belonging {
  readonly party: Party | undefined;
}

interface Watched<T> {
  /** The last known life. */
  incarnation: number;
  readonly all: Set<T>;
}

/** What belongs to actors, whose ends are heard of. What belongs to the program isn't kept here. */
export class Belongings<T extends Belonging> {
  readonly #byActor = new Map<ActorRef<object>, Watched<T>>();

  add(ctx: StartContext, belonging: T): void {
    const { party } = belonging;
    if (party === undefined) return;
    const { ref, incarnation } = party;
    const known = this.#byActor.get(ref);
    if (known === undefined) this.#byActor.set(ref, { incarnation, all: new Set([belonging]) });
    else known.all.add(belonging);
    if (known?.incarnation === incarnation) return;
    // Also when it is an earlier one: its end is told at once then.
    if (known !== undefined) known.incarnation = Math.max(known.incarnation, incarnation);
    ctx.monitor(ref, { incarnation });
  }

  delete(belonging: T): void {
    if (belonging.party !== undefined) this.#byActor.get(belonging.party.ref)?.all.delete(belonging);
  }

  /** Those of an actor. */
  of(ref: ActorRef<object>): Iterable<T> {
    return this.#byActor.get(ref)?.all ?? [];
  }

  /** Those whose party has ended, which are none any more. */
  ended(ctx: StartContext, { ref, incarnation = Infinity }: Down): T[] {
    const watched = this.#byActor.get(ref);
    if (watched === undefined) return [];
    const left = [...watched.all].filter(({ party }) => (party as Party).incarnation <= incarnation);
    for (const each of left) watched.all.delete(each);
    // The end of an earlier life may have come late.
    if (watched.incarnation > incarnation) ctx.monitor(ref, { incarnation: watched.incarnation });
    else this.#byActor.delete(ref);
    return left;
  }
}
