import type { ActorDefinition } from './actor.ts';
import type { Where } from './definition.ts';

declare const brand: unique symbol;

/** What a definition says by its type that takes snapshots; others don't say it. */
export interface Restorable<S> {
  readonly [brand]?: { snapshot: S };
}

/** A definition whose actors can begin with a snapshot, an `S`, in place of their input: `spawn` takes it, and `init` finds it as `ctx.saved`. */
export interface RestorableDefinition<I, H, W extends Where, S> extends ActorDefinition<I, H, W>, Restorable<S> {
  readonly [brand]: { snapshot: S };
}
