import type { RemoteSlot } from './remote-slot.ts';

/** What both sides count of the messages to one slot; it outlives the objects that stand for the slot. */
export interface SlotTrail {
  readonly id: number;
  /** The number of the last message that left for it. */
  lastSeq: number;
  /** The host that it left for. */
  lastHost: number;
  isDead: boolean;
}

/**
 * The slots of other hosts that this host knows. One stays as long as something is under way to it or somebody
 * here can still send to it; then both sides forget it.
 */
export class RemoteSlots {
  readonly #byId = new Map<number, { readonly slot: WeakRef<RemoteSlot>; readonly trail: SlotTrail }>();
  /** All that there are, when none is to be forgotten. */
  readonly #kept: Set<RemoteSlot> | undefined;
  readonly #busy = new Set<RemoteSlot>();
  readonly #sought = new Set<RemoteSlot>();
  readonly #collected: FinalizationRegistry<SlotTrail>;

  /** @param forgotten Told of a slot that was dropped, so that others drop it too. */
  constructor(forgotten: (trail: SlotTrail) => void, keepsAll = false) {
    this.#kept = keepsAll ? new Set() : undefined;
    this.#collected = new FinalizationRegistry((trail) => {
      // A new object may stand for the slot by now; it goes on with the same trail.
      if (this.get(trail.id) !== undefined || !this.#byId.delete(trail.id)) return;
      forgotten(trail);
    });
  }

  get(id: number): RemoteSlot | undefined {
    return this.#byId.get(id)?.slot.deref();
  }

  add(id: number, make: (trail: SlotTrail) => RemoteSlot): RemoteSlot {
    const trail = this.#byId.get(id)?.trail ?? { id, lastSeq: 0, lastHost: -1, isDead: false };
    const slot = make(trail);
    this.#byId.set(id, { slot: new WeakRef(slot), trail });
    this.#collected.register(slot, trail);
    this.#kept?.add(slot);
    return slot;
  }

  /** Something is under way to `slot`, or nothing any more. */
  setBusy(slot: RemoteSlot, isBusy: boolean): void {
    if (isBusy) this.#busy.add(slot);
    else this.#busy.delete(slot);
  }

  /** The authority was asked where the actor of `slot` is, and messages wait for its answer; or it has answered. */
  setSought(slot: RemoteSlot, isSought: boolean): void {
    if (isSought) this.#sought.add(slot);
    else this.#sought.delete(slot);
  }

  get isSeeking(): boolean { return this.#sought.size > 0; }

  *[Symbol.iterator](): Generator<RemoteSlot, void, undefined> {
    for (const { slot: reference } of this.#byId.values()) {
      const slot = reference.deref();
      if (slot !== undefined) yield slot;
    }
  }
}
